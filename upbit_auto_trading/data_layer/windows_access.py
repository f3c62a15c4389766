"""Windows access lists: files that only the current user may open, from the moment they exist.

POSIX has permission bits for this; Windows has security descriptors, which are written here as SDDL texts:
``D:P(A;;FA;;;<user>)`` is a protected list (nothing inherited) with full access for one user.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import ctypes
    import msvcrt
    import os
    import re
    from ctypes import wintypes
    from pathlib import Path

    _TOKEN_QUERY = 0x0008
    _TOKEN_USER = 1
    _SDDL_REVISION = 1
    _SE_FILE_OBJECT = 1
    _DACL_SECURITY_INFORMATION = 0x00000004
    _GENERIC_WRITE = 0x40000000
    _CREATE_NEW = 1
    _FILE_ATTRIBUTE_NORMAL = 0x80
    _INVALID_HANDLE = ctypes.c_void_p(-1).value
    # Allowed entries in an SDDL text: (A;flags;rights;;;who)
    _ALLOWED_ENTRY = re.compile(r"\(A;[^;]*;[^;]*;[^;]*;[^;]*;([^);]+)")
    # The system itself and administrators can take ownership anyway: naming them gives nothing away.
    _ALWAYS_ABLE = frozenset({"SY", "BA", "S-1-5-18", "S-1-5-32-544"})

    class _SecurityAttributes(ctypes.Structure):
        _fields_ = (
            ("nLength", wintypes.DWORD),
            ("lpSecurityDescriptor", wintypes.LPVOID),
            ("bInheritHandle", wintypes.BOOL),
        )

    class _SidAndAttributes(ctypes.Structure):
        _fields_ = (("Sid", wintypes.LPVOID), ("Attributes", wintypes.DWORD))

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _security = ctypes.WinDLL("advapi32", use_last_error=True)

    _kernel.GetCurrentProcess.restype = wintypes.HANDLE
    _kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    _kernel.LocalFree.argtypes = (wintypes.LPVOID,)
    _kernel.LocalFree.restype = wintypes.LPVOID
    _kernel.CreateFileW.argtypes = (
        wintypes.LPCWSTR,
        wintypes.DWORD,
        wintypes.DWORD,
        ctypes.POINTER(_SecurityAttributes),
        wintypes.DWORD,
        wintypes.DWORD,
        wintypes.HANDLE,
    )
    _kernel.CreateFileW.restype = wintypes.HANDLE
    _security.OpenProcessToken.argtypes = (wintypes.HANDLE, wintypes.DWORD, ctypes.POINTER(wintypes.HANDLE))
    _security.GetTokenInformation.argtypes = (
        wintypes.HANDLE,
        ctypes.c_int,
        wintypes.LPVOID,
        wintypes.DWORD,
        ctypes.POINTER(wintypes.DWORD),
    )
    _security.ConvertSidToStringSidW.argtypes = (wintypes.LPVOID, ctypes.POINTER(wintypes.LPVOID))
    _security.ConvertStringSecurityDescriptorToSecurityDescriptorW.argtypes = (
        wintypes.LPCWSTR,
        wintypes.DWORD,
        ctypes.POINTER(wintypes.LPVOID),
        wintypes.LPVOID,
    )
    _security.GetNamedSecurityInfoW.argtypes = (
        wintypes.LPCWSTR,
        ctypes.c_int,
        wintypes.DWORD,
        wintypes.LPVOID,
        wintypes.LPVOID,
        wintypes.LPVOID,
        wintypes.LPVOID,
        ctypes.POINTER(wintypes.LPVOID),
    )
    _security.GetNamedSecurityInfoW.restype = wintypes.DWORD
    _security.ConvertSecurityDescriptorToStringSecurityDescriptorW.argtypes = (
        wintypes.LPVOID,
        wintypes.DWORD,
        wintypes.DWORD,
        ctypes.POINTER(wintypes.LPVOID),
        wintypes.LPVOID,
    )

    def _last_error(path: str = "") -> OSError:
        code = ctypes.get_last_error()
        # With a winerror, OSError picks errno and the subclass (PermissionError …) by itself.
        return OSError(0, ctypes.FormatError(code), path or None, code)

    def _take_text(address: wintypes.LPVOID) -> str:
        text = ctypes.wstring_at(address.value or 0)
        _kernel.LocalFree(address)
        return text

    def current_user_sid() -> str:
        """The user of this process, as a text like ``S-1-5-21-…``."""
        token = wintypes.HANDLE()
        if not _security.OpenProcessToken(_kernel.GetCurrentProcess(), _TOKEN_QUERY, ctypes.byref(token)):
            raise _last_error()
        try:
            needed = wintypes.DWORD()
            _security.GetTokenInformation(token, _TOKEN_USER, None, 0, ctypes.byref(needed))
            answer = ctypes.create_string_buffer(needed.value)
            if not _security.GetTokenInformation(token, _TOKEN_USER, answer, needed, ctypes.byref(needed)):
                raise _last_error()
            user = ctypes.cast(answer, ctypes.POINTER(_SidAndAttributes)).contents
            text = wintypes.LPVOID()
            if not _security.ConvertSidToStringSidW(user.Sid, ctypes.byref(text)):
                raise _last_error()
            return _take_text(text)
        finally:
            _kernel.CloseHandle(token)

    def create_private(path: Path) -> int:
        """A descriptor of a new file that only the current user may open; FileExistsError if there is one."""
        descriptor = wintypes.LPVOID()
        access_list = f"D:P(A;;FA;;;{current_user_sid()})"
        if not _security.ConvertStringSecurityDescriptorToSecurityDescriptorW(
            access_list, _SDDL_REVISION, ctypes.byref(descriptor), None
        ):
            raise _last_error(str(path))
        try:
            attributes = _SecurityAttributes(ctypes.sizeof(_SecurityAttributes), descriptor, False)
            handle = _kernel.CreateFileW(
                str(path),
                _GENERIC_WRITE,
                0,
                ctypes.byref(attributes),
                _CREATE_NEW,
                _FILE_ATTRIBUTE_NORMAL,
                None,
            )
            if handle is None or handle == _INVALID_HANDLE:
                raise _last_error(str(path))
        finally:
            _kernel.LocalFree(descriptor)
        return msvcrt.open_osfhandle(handle, os.O_WRONLY | os.O_BINARY)

    def is_private(path: Path) -> bool:
        """Whether nobody but the current user (and the system) is let in."""
        descriptor = wintypes.LPVOID()
        code = _security.GetNamedSecurityInfoW(
            str(path), _SE_FILE_OBJECT, _DACL_SECURITY_INFORMATION, None, None, None, None, ctypes.byref(descriptor)
        )
        if code:
            raise OSError(0, ctypes.FormatError(code), str(path), code)
        try:
            text = wintypes.LPVOID()
            if not _security.ConvertSecurityDescriptorToStringSecurityDescriptorW(
                descriptor, _SDDL_REVISION, _DACL_SECURITY_INFORMATION, ctypes.byref(text), None
            ):
                raise _last_error(str(path))
            access_list = _take_text(text)
        finally:
            _kernel.LocalFree(descriptor)
        if "NO_ACCESS_CONTROL" in access_list or not access_list.startswith("D:"):
            return False  # no list at all (FAT, exFAT): everybody may
        return set(_ALLOWED_ENTRY.findall(access_list)) <= {current_user_sid(), *_ALWAYS_ABLE}
