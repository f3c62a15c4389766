from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.data_layer.transport.backoff import Backoff
from upbit_auto_trading.data_layer.transport.message_quota import MessageQuota, Quota


@given(st.lists(st.floats(0, 3), max_size=300))
def test_no_window_holds_more_than_its_quota(pauses: list[float]) -> None:
    quotas = (Quota(5, 1.0), Quota(20, 30.0))
    quota, now, sent = MessageQuota(*quotas), 0.0, list[float]()
    for pause in pauses:
        now += pause
        while (wait := quota.wait_seconds(now)) > 0:
            now += max(wait, 1e-6)
        quota.spend(now)
        sent.append(now)
    for one in quotas:
        for index, at in enumerate(sent):
            in_window = [other for other in sent[index:] if other - at < one.seconds - 1e-9]
            assert len(in_window) <= one.most


def test_nobody_waits_without_need() -> None:
    quota = MessageQuota(Quota(2, 1.0))
    assert quota.wait_seconds(10.0) == 0
    quota.spend(10.0)
    assert quota.wait_seconds(10.0) == 0
    quota.spend(10.5)
    assert quota.wait_seconds(10.75) == 0.25
    assert quota.wait_seconds(11.0) == 0


@given(st.integers(1, 10_000))
def test_pauses_grow_and_stay_within_bounds(failures: int) -> None:
    backoff = Backoff(0.5, 30.0)
    bound = min(30.0, 0.5 * 2.0 ** min(failures - 1, 30))
    assert bound / 2 <= backoff.pause(failures) <= bound
