"""Errors as the exchange spells them: sheet 6. Quotation endpoints name them by number, the others by word."""

from __future__ import annotations

import json


class ApiError(Exception):
    """Ends the handling of a request with this answer."""

    def __init__(self, status: int, name: str | int, message: str) -> None:
        super().__init__(f"{status} {name}: {message}")
        self.status = status
        self.name = name
        self.message = message

    @property
    def body(self) -> bytes:
        return json_error(self.name, self.message)


def json_error(name: str | int, message: str) -> bytes:
    written = {"error": {"name": name, "message": message}}
    return json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode()


# --- quotation: 6.1


def quotation_error(status: int, message: str) -> ApiError:
    return ApiError(status, status, message)


def parameter_missing() -> ApiError:
    return quotation_error(400, "Missing request parameter error. Check the required parameters!")


def type_mismatch() -> ApiError:
    return quotation_error(400, "Type mismatch error. Check the parameters type!")


def parameter_invalid() -> ApiError:
    return quotation_error(400, "Invalid parameter. Check the given value!")


def unit_invalid() -> ApiError:
    return quotation_error(400, "specified unit is not valid.")


def code_not_found() -> ApiError:
    return quotation_error(404, "Code not found")


def no_route() -> ApiError:
    return ApiError(404, "not_found", "no Route matched with those values")


# --- exchange: 6.2

_MESSAGES = {
    "no_authorization_token": "Please check Authorization Header",
    "jwt_verification": "Failed to verify Jwt token.",
    "invalid_query_payload": "Failed to verify the query of Jwt.",
    "expired_access_key": "만료된 엑세스 키입니다.",
    "nonce_used": "이미 요청한 nonce값이 다시 사용되었습니다.",
    "no_authorization_ip": "This is not a verified IP.",
    "no_authorization_i_p": "This is not a verified IP.",
    "out_of_scope": "허용되지 않은 기능입니다.",
    "invalid_parameter": "잘못된 파라미터",
    "order_not_found": "주문을 찾지 못했습니다.",
    "market_offline": "시스템 점검 중입니다. 점검이 완료된 후에 다시 시도해주세요.",
    "duplicated_identifier": "이미 사용된 identifier입니다.",
    "invalid_time_in_force": "time_in_force 값이 올바르지 않습니다.",
    "invalid_post_only": "post_only 주문에는 smp_type을 사용할 수 없습니다.",
    "not_supported_ord_type": "지원하지 않는 주문 방식입니다.",
    "thirdparty_agreement_required": "제3자 제공 동의가 필요합니다.",
    "QUERY_PARAMETER_NOT_SUPPORTED": "DELETE 요청은 쿼리 파라미터만 지원합니다.",
    "volume_too_large": "호가에 있는 수량보다 많은 수량은 주문할 수 없습니다.",
    "too_many_request_order": (
        "일시적인 거래량 급증으로 먼저 접수된 주문을 처리중입니다. 잠시 후 주문을 시도해 주세요."
    ),
    "internal_server_error": "서버 오류가 발생했습니다.",
    "server_error": "서버 오류가 발생했습니다.",
    "currency_not_found": "존재하지 않는 화폐입니다.",
    "pocket_not_found": "포켓을 찾지 못했습니다.",
}
KEY_MESSAGES = {"korean": "잘못된 엑세스 키입니다.", "english": "Invalid access key"}


def exchange_error(status: int, name: str, message: str | None = None) -> ApiError:
    return ApiError(status, name, _MESSAGES[name] if message is None else message)


def unauthorized(name: str) -> ApiError:
    return exchange_error(401, name)


def refused(name: str, message: str | None = None) -> ApiError:
    return exchange_error(400, name, message)


def not_in_list(code: str) -> ApiError:
    return refused("notfoundmarket", f"다음 마켓에 없는 종목입니다: {code}")


def validation(*problems: str) -> ApiError:
    """``validation("side is missing", "side does not have a valid value")``."""
    return refused("validation_error", ", ".join(problems))
