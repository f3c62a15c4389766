"""One check for each promise about installation and files, each a module that only looks.

A check is a function of a ``DoctorContext``; ``registry.ALL_CHECKS`` is the one list, to which every new part of the
program adds its own. What cannot be looked at is reported as such, never passed over.
"""
