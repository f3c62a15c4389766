"""Every setting of the program, declared once."""

from __future__ import annotations

from decimal import Decimal

from upbit_auto_trading.config.setting import Choice, Kind, Setting
from upbit_auto_trading.utils.bilingual_text import Text

GROUP_TITLES: dict[str, Text] = {
    "appearance": Text("화면", "Appearance"),
    "notices": Text("알림", "Notices"),
    "practice": Text("연습 거래소", "Practice exchange"),
    "data": Text("자료와 백업", "Data and backup"),
    "security": Text("보안", "Security"),
    "logging": Text("기록", "Logging"),
}

LANGUAGE = Setting(
    id="appearance.language",
    title=Text("언어", "Language"),
    help=Text("화면과 기록에 쓰는 언어예요. 바로 바뀌어요.", "Language of windows and records. Takes effect at once."),
    kind=Kind.CHOICE,
    default="ko",
    choices=(Choice("ko", Text("한국어", "한국어")), Choice("en", Text("English", "English"))),
)
THEME = Setting(
    id="appearance.theme",
    title=Text("테마", "Theme"),
    help=Text("어두운 화면, 밝은 화면, 또는 시스템을 따라요.", "Dark, light, or as the system is set."),
    kind=Kind.CHOICE,
    default="dark",
    choices=(
        Choice("dark", Text("어둡게", "Dark")),
        Choice("light", Text("밝게", "Light")),
        Choice("system", Text("시스템", "System")),
    ),
)
DIRECTION_COLOURS = Setting(
    id="appearance.direction_colours",
    title=Text("등락 색", "Price colours"),
    help=Text(
        "빨강·파랑은 색약에도 가장 잘 구분돼요. 초록·빨강은 해외 방식이에요.",
        "Red and blue are told apart best, also with colour blindness. Green and red is the style abroad.",
    ),
    kind=Kind.CHOICE,
    default="korean",
    choices=(
        Choice("korean", Text("빨강 상승 · 파랑 하락", "Red up, blue down")),
        Choice("alternative", Text("초록 상승 · 빨강 하락", "Green up, red down")),
    ),
)
TEXT_SCALE = Setting(
    id="appearance.text_scale",
    title=Text("글자 크기", "Text size"),
    help=Text("모든 글자를 함께 키우거나 줄여요.", "Scales all text."),
    kind=Kind.WHOLE_NUMBER,
    default=100,
    minimum=Decimal(90),
    maximum=Decimal(130),
    step=Decimal(5),
    unit=Text("%", "%"),
)
MOTION = Setting(
    id="appearance.motion",
    title=Text("움직임 효과", "Motion"),
    help=Text(
        "끄면 기다림 표시가 돌지 않고, 누르고 있는 버튼은 남은 시간만 보여요.",
        "Off: waiting marks stand still, and held buttons only count down.",
    ),
    kind=Kind.CHOICE,
    default="system",
    choices=(
        Choice("system", Text("시스템", "System")),
        Choice("on", Text("켜기", "On")),
        Choice("off", Text("끄기", "Off")),
    ),
)
FLASH = Setting(
    id="appearance.flash",
    title=Text("가격 깜빡임", "Price flash"),
    help=Text("가격이 바뀐 칸을 잠깐 물들여요.", "Tints a cell briefly when its price changes."),
    kind=Kind.SWITCH,
    default=True,
)
SUCCESS_TOASTS = Setting(
    id="notices.success_toasts",
    title=Text("완료 알림", "Success notices"),
    help=Text(
        "끝난 작업을 오른쪽 아래에 5초 동안 보여요. 경고와 오류는 늘 보여요.",
        "Shows finished work for 5 s at the bottom right. Warnings and errors always show.",
    ),
    kind=Kind.SWITCH,
    default=True,
)
PRACTICE_SPEED = Setting(
    id="practice.speed",
    title=Text("연습 시장 속도", "Speed of the practice market"),
    help=Text(
        "연습 시장의 시간이 실제보다 몇 배 빨리 가는지예요. 바로 바뀌어요.",
        "How many times as fast as real time the practice market goes. Takes effect at once.",
    ),
    kind=Kind.CHOICE,
    default="1",
    choices=tuple(Choice(number, Text(f"{number}×", f"{number}×")) for number in ("1", "10", "60", "300", "1000")),
)
PRACTICE_STARTING_KRW = Setting(
    id="practice.starting_krw",
    title=Text("처음 가상 돈", "Play money at first"),
    help=Text(
        "연습 계좌를 처음부터 다시 시작할 때 받는 돈이에요.",
        "What the practice account holds when it starts over.",
    ),
    kind=Kind.WHOLE_NUMBER,
    default=10_000_000,
    minimum=Decimal(10_000),
    maximum=Decimal(10_000_000_000),
    step=Decimal(1_000_000),
    unit=Text("원", "KRW"),
)
PRACTICE_MARKET_COUNT = Setting(
    id="practice.market_count",
    title=Text("종목 수", "Markets"),
    help=Text(
        "처음부터 다시 시작할 때 만드는 내장 종목의 수예요.",
        "How many built-in markets there are when it starts over.",
    ),
    kind=Kind.WHOLE_NUMBER,
    default=12,
    minimum=Decimal(1),
    maximum=Decimal(100),
    unit=Text("개", "markets"),
)
PRACTICE_SEED = Setting(
    id="practice.seed",
    title=Text("시장 번호", "Market number"),
    help=Text(
        "같은 번호는 같은 가격 흐름을 만들어요. 처음부터 다시 시작할 때 바뀌어요.",
        "The same number makes the same price paths. Takes effect when it starts over.",
    ),
    kind=Kind.WHOLE_NUMBER,
    default=1,
    minimum=Decimal(0),
    maximum=Decimal(1_000_000),
)
AUTOMATIC_BACKUP = Setting(
    id="data.automatic_backup",
    title=Text("자동 백업", "Automatic backup"),
    help=Text(
        "프로그램이 켜져 있으면 하루에 한 번 설정과 전략을 백업해요.",
        "Once a day, while the program runs, settings and strategies are backed up.",
    ),
    kind=Kind.SWITCH,
    default=True,
)
BACKUP_HOURS = Setting(
    id="data.backup_hours",
    title=Text("백업 간격", "Backup interval"),
    help=Text("지난 백업에서 이만큼 지나면 다시 백업해요.", "A new backup is made this long after the last."),
    kind=Kind.WHOLE_NUMBER,
    default=24,
    minimum=Decimal(24),
    maximum=Decimal(168),
    unit=Text("시간", "h"),
)
BACKUPS_KEPT = Setting(
    id="data.backups_kept",
    title=Text("남길 백업 수", "Backups kept"),
    help=Text("이보다 오래된 백업부터 지워요.", "Older ones beyond this number are deleted."),
    kind=Kind.WHOLE_NUMBER,
    default=30,
    minimum=Decimal(3),
    maximum=Decimal(365),
    unit=Text("개", "files"),
)
BACKUP_SIZE_LIMIT = Setting(
    id="data.backup_size_limit_mb",
    title=Text("백업 용량 한도", "Backup size limit"),
    help=Text(
        "백업 전체가 이 크기를 넘으면 오래된 것부터 지워요. 가장 새 백업은 남겨요.",
        "When all backups exceed this, the oldest go first. The newest always stays.",
    ),
    kind=Kind.WHOLE_NUMBER,
    default=1_000,
    minimum=Decimal(50),
    maximum=Decimal(100_000),
    step=Decimal(50),
    unit=Text("MB", "MB"),
)
CANDLES_LIMIT_GB = Setting(
    id="data.candles_limit_gb",
    title=Text("시세 자료 용량 한도", "Market data limit"),
    help=Text(
        "넘으면 더 짧은 캔들로 다시 만들 수 있는 것부터, 그다음 가장 짧은 캔들을 오래된 것부터 지워요.",
        "When candles exceed this, those that shorter ones can make again go first, then the oldest of the shortest.",
    ),
    kind=Kind.WHOLE_NUMBER,
    default=10,
    minimum=Decimal(1),
    maximum=Decimal(1_000),
    unit=Text("GB", "GB"),
)
CANDLES_SECONDS_DAYS = Setting(
    id="data.candles_seconds_days",
    title=Text("초 캔들 보관 기간", "Keep second candles for"),
    help=Text(
        "이보다 오래된 초 캔들을 지워요. 0이면 지우지 않아요.",
        "Older candles of seconds are deleted. 0 keeps them for ever.",
    ),
    kind=Kind.WHOLE_NUMBER,
    default=30,
    minimum=Decimal(0),
    maximum=Decimal(3_650),
    unit=Text("일", "days"),
)
CANDLES_MINUTES_MONTHS = Setting(
    id="data.candles_minutes_months",
    title=Text("분 캔들 보관 기간", "Keep minute candles for"),
    help=Text(
        "이보다 오래된 1분부터 30분까지의 캔들을 지워요. 0이면 지우지 않아요.",
        "Older candles of 1 to 30 minutes are deleted. 0 keeps them for ever.",
    ),
    kind=Kind.WHOLE_NUMBER,
    default=0,
    minimum=Decimal(0),
    maximum=Decimal(120),
    unit=Text("개월", "months"),
)
LOCK_AFTER_MINUTES = Setting(
    id="security.lock_after_minutes",
    title=Text("자동 잠금", "Lock automatically"),
    help=Text(
        "키 목록을 쓰지 않으면 이 시간 뒤에 잠가요. 0이면 잠그지 않아요.",
        "Locks the key list after this long without use. 0 never locks.",
    ),
    kind=Kind.WHOLE_NUMBER,
    default=0,
    minimum=Decimal(0),
    maximum=Decimal(1_440),
    step=Decimal(5),
    unit=Text("분", "min"),
)
LOG_LEVEL = Setting(
    id="logging.level",
    title=Text("기록 수준", "Log level"),
    help=Text("자세할수록 파일이 빨리 커져요. 바로 바뀌어요.", "More detail makes larger files. Takes effect at once."),
    kind=Kind.CHOICE,
    default="info",
    choices=(
        Choice("debug", Text("자세히", "Debug")),
        Choice("info", Text("보통", "Normal")),
        Choice("warning", Text("경고만", "Warnings only")),
    ),
)
LOG_DAYS_KEPT = Setting(
    id="logging.days_kept",
    title=Text("기록 보관 기간", "Keep logs for"),
    help=Text("이보다 오래된 기록 파일을 지워요.", "Older log files are deleted."),
    kind=Kind.WHOLE_NUMBER,
    default=30,
    minimum=Decimal(1),
    maximum=Decimal(365),
    unit=Text("일", "days"),
)
LOG_SIZE_LIMIT = Setting(
    id="logging.size_limit_mb",
    title=Text("기록 용량 한도", "Log size limit"),
    help=Text(
        "기록 전체가 이 크기를 넘으면 오래된 것부터 지워요.", "When all logs exceed this, the oldest files go first."
    ),
    kind=Kind.WHOLE_NUMBER,
    default=200,
    minimum=Decimal(10),
    maximum=Decimal(10_000),
    step=Decimal(10),
    unit=Text("MB", "MB"),
)

ALL_SETTINGS: tuple[Setting, ...] = (
    LANGUAGE,
    THEME,
    DIRECTION_COLOURS,
    TEXT_SCALE,
    MOTION,
    FLASH,
    SUCCESS_TOASTS,
    PRACTICE_SPEED,
    PRACTICE_STARTING_KRW,
    PRACTICE_MARKET_COUNT,
    PRACTICE_SEED,
    AUTOMATIC_BACKUP,
    BACKUP_HOURS,
    BACKUPS_KEPT,
    BACKUP_SIZE_LIMIT,
    CANDLES_LIMIT_GB,
    CANDLES_SECONDS_DAYS,
    CANDLES_MINUTES_MONTHS,
    LOCK_AFTER_MINUTES,
    LOG_LEVEL,
    LOG_DAYS_KEPT,
    LOG_SIZE_LIMIT,
)
SETTINGS_BY_ID: dict[str, Setting] = {setting.id: setting for setting in ALL_SETTINGS}
