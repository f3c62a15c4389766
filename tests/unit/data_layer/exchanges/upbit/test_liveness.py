from __future__ import annotations

from tests.fakes.rest_answers import BTC
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.stream import Topic, TopicKind
from upbit_auto_trading.data_layer.exchanges.upbit.liveness import Liveness, Verdict
from upbit_auto_trading.data_layer.exchanges.upbit.stream_timing import StreamTiming

TIMING = StreamTiming()
PRICES = [Topic(TopicKind.PRICES, Market("upbit", f"KRW-M{number}")) for number in range(300)]
TRADES = [Topic(TopicKind.TRADES, BTC)]


def a_connection(topics: list[Topic]) -> Liveness:
    liveness = Liveness(TIMING)
    liveness.begin(0.0)
    liveness.asked(topics, 0.0)
    return liveness


def test_many_markets_may_be_silent_for_a_shorter_time_than_one() -> None:
    many, one = a_connection(PRICES), a_connection(PRICES[:1])
    for liveness in (many, one):
        liveness.pulse(TopicKind.PRICES).heard(1.0)
    assert many.look(15.0) is Verdict.FINE
    assert many.look(16.5) is Verdict.ASK_AGAIN
    assert one.look(60.0) is Verdict.FINE
    assert one.look(61.5) is Verdict.ASK_AGAIN


def test_silence_after_the_question_is_the_end() -> None:
    liveness = a_connection(PRICES)
    assert liveness.look(16.0) is Verdict.ASK_AGAIN
    assert liveness.look(25.0) is Verdict.FINE, "asked once"
    assert liveness.look(26.5) is Verdict.DEAD


def test_an_answer_ends_the_doubt() -> None:
    liveness = a_connection(PRICES)
    assert liveness.look(16.0) is Verdict.ASK_AGAIN
    liveness.pulse(TopicKind.PRICES).heard(17.0)
    assert liveness.look(30.0) is Verdict.FINE


def test_one_dead_kind_is_noticed_beside_living_ones() -> None:
    liveness = a_connection([*PRICES, *TRADES])
    for second in range(1, 62):
        liveness.pulse(TopicKind.PRICES).heard(float(second))
        if second == 1:
            liveness.pulse(TopicKind.TRADES).heard(1.0)
    assert liveness.look(61.5) is Verdict.ASK_AGAIN
    liveness.pulse(TopicKind.PRICES).heard(72.0)
    assert liveness.look(72.0) is Verdict.DEAD


def test_trades_of_a_market_that_never_traded_are_not_missed() -> None:
    liveness = a_connection(TRADES)
    assert liveness.look(10_000.0) is Verdict.FINE


def test_nothing_wanted_is_never_missed() -> None:
    assert a_connection([]).look(10_000.0) is Verdict.FINE
