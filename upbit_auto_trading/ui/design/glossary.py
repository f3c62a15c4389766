"""One word per idea, in all windows, help and records: three lines a term, parsed at the first use.

The "?" beside a term shows its meaning; the help window lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from upbit_auto_trading.utils.bilingual_text import Text


@dataclass(frozen=True, slots=True)
class Term:
    id: str
    word: Text
    meaning: Text


_TERMS = """
practice | 연습 | practice
프로그램 안의 거래소에서 가상 돈으로 해 보는 매매예요. 인터넷도 계정도 필요 없어요.
Trading with play money on the built-in exchange. It needs no internet and no account.
paper | 모의 | paper
실제 시세를 보면서 가상 돈으로 하는 매매예요. 주문은 업비트로 가지 않아요.
Trading with play money on real prices. No order goes to the exchange.
live | 실전 | live
내 계좌에서 실제 돈으로 하는 매매예요.
Trading with real money in your account.
arm | 실전 시작 | arm (start live)
전략이 실제 주문을 보내도록 직접 허락하는 단계예요.
The step in which you allow a strategy to send real orders.
preflight_check | 사전 점검 | pre-flight check
실전 시작 전에 키, 잔고, 한도, 시계를 확인하는 목록이에요.
A list checked before going live: key, balance, limits, clock.
trial_run | 시험 운용 | trial run
실전 초기에 금액을 작게 묶어 두는 기간이에요.
The first days of live trading, held to small amounts.
kill_switch | 긴급 정지 | kill switch
새 진입을 바로 멈춰요. 필요하면 주문 취소와 매도까지 해요.
Stops new entries at once. If you wish, it also cancels orders and sells.
protection | 보호 | protection
가진 포지션을 지키는 손절, 익절, 추적 손절이에요.
The stop loss, target or trailing stop that guards an open position.
unattended_restart | 무인 재시작 | unattended restart
프로그램이 다시 켜졌을 때 묻지 않고 실전을 이어 가는 설정이에요.
A setting that lets live trading go on after a restart without asking.
strategy | 전략 | strategy
언제 사고 언제 파는지 정한 규칙의 모음이에요.
A set of rules that say when to buy and when to sell.
rule | 규칙 | rule
조건이 맞을 때 할 동작 하나를 정한 것이에요.
Conditions together with the action to take when they hold.
condition | 조건 | condition
참이나 거짓으로 판단할 수 있는 비교 하나예요.
One comparison that is either true or false.
variable | 변수 | variable
지표, 가격, 포지션 상태처럼 조건에 쓰는 값이에요.
A value used in conditions: an indicator, a price, the state of a position.
group | 조건 묶음 | group
여러 조건을 하나처럼 판단하는 묶음이에요.
Several conditions judged as one.
all | 모두 | all
묶음 안의 조건이 전부 맞아야 참이에요.
True when every condition of the group holds.
any | 하나라도 | any
묶음 안의 조건이 하나라도 맞으면 참이에요.
True when at least one condition of the group holds.
none | 없음 | none
묶음 안의 조건이 하나도 맞지 않아야 참이에요.
True when no condition of the group holds.
action | 동작 | action
규칙이 맞을 때 하는 일이에요. 매수, 매도, 손절 이동 등이 있어요.
What a rule does: buy, sell, move a stop and so on.
entry_part | 진입 부품 | entry part
포지션을 여는 규칙을 미리 만들어 둔 부품이에요.
A ready-made part that opens positions.
management_part | 관리 부품 | management part
열린 포지션을 지키고 정리하는 부품이에요.
A ready-made part that guards and closes positions.
entry | 진입 | entry
포지션을 새로 여는 매수예요.
The purchase that opens a position.
scale_in | 추가 매수 | scale-in
이미 가진 종목을 더 사는 것이에요.
Buying more of what you already hold.
exit | 청산 | exit
가진 포지션을 팔아서 닫는 것이에요.
Selling a position so that it is closed.
partial_exit | 부분 청산 | partial exit
포지션의 일부만 파는 것이에요.
Selling only a part of a position.
averaging_down | 물타기 | averaging down
가격이 내린 뒤 더 사서 평균 단가를 낮추는 것이에요. 손실도 커질 수 있어요.
Buying more after a fall to lower the average price. Losses can grow with it.
pyramiding | 불타기 | pyramiding
가격이 오른 뒤 더 사는 것이에요.
Buying more after a rise.
conflict_policy | 충돌 정책 | conflict policy
한 캔들에서 규칙이 겹칠 때 무엇을 따를지 정해요.
Decides what happens when several rules hold on one candle.
priority | 우선순위 | priority
겹친 규칙 가운데 앞선 것 하나만 실행해요.
Only the first of the rules that hold is carried out.
conservative | 보수적 | conservative
겹친 규칙 가운데 위험이 가장 작은 것을 골라요.
The least risky of the rules that hold is carried out.
merge | 합치기 | merge
겹친 규칙의 동작을 하나로 더해요.
The actions of the rules that hold are added up.
purse | 배정 금액 | purse
전략 하나가 쓸 수 있는 돈이에요.
The money one strategy may use.
share | 비율 | share
배정 금액이나 포지션 가운데 쓸 몫이에요.
The part of a purse or position that is used.
risk_sizing | 위험 기준 크기 | risk sizing
손절될 때 잃을 금액을 정해 두고 수량을 계산해요.
The quantity follows from how much may be lost at the stop.
market | 종목 | market
사고파는 대상이에요. 예를 들어 KRW-BTC예요.
What is bought and sold, such as KRW-BTC.
krw_market | 원화 시장 | KRW market
원화로 사고파는 종목들이에요.
The markets traded in won.
watch_list | 관심 종목 | watch list
따로 모아 지켜보는 종목이에요.
Markets you keep an eye on.
screener | 조건 검색 | screener
조건에 맞는 종목을 찾아 줘요.
Finds the markets that meet your conditions.
order_book | 호가 | order book
지금 기다리고 있는 매수와 매도 주문의 가격과 수량이에요.
The prices and quantities of orders waiting to buy and sell.
tick | 호가 단위 | tick
주문 가격이 움직이는 가장 작은 칸이에요.
The smallest step of an order price.
ask | 매도 호가 | ask
팔려는 주문의 가격이에요.
The price of an order to sell.
bid | 매수 호가 | bid
사려는 주문의 가격이에요.
The price of an order to buy.
depth | 잔량 | depth
한 가격에서 기다리는 수량이에요.
The quantity waiting at a price.
trade | 체결 | trade, fill
주문이 맞아 실제로 사고팔린 것이에요.
An order met its counterpart and was carried out.
buy_pressure | 체결 강도 | buy pressure
매도 체결량에 견준 매수 체결량이에요. 100%보다 크면 매수가 많아요.
Bought volume against sold volume. Above 100% more was bought.
turnover | 거래대금 | turnover
거래된 금액의 합이에요.
The money value of all trades.
volume | 거래량 | volume
거래된 수량의 합이에요.
The quantity of all trades.
last_price | 현재가 | last price
가장 최근에 체결된 가격이에요.
The price of the latest trade.
change | 전일 대비 | change
전날 마감 가격에 견준 변화예요. 업비트의 하루는 09:00에 바뀌어요.
The change against the previous day, which ends at 09:00 KST.
high | 고가 | high
기간 안의 가장 높은 가격이에요.
The highest price of the period.
low | 저가 | low
기간 안의 가장 낮은 가격이에요.
The lowest price of the period.
open | 시가 | open
기간의 첫 체결 가격이에요.
The first price of the period.
close | 종가 | close
기간의 마지막 체결 가격이에요.
The last price of the period.
candle | 캔들 | candle
한 기간의 시가, 고가, 저가, 종가를 그린 막대예요.
Open, high, low and close of one period, drawn as a bar.
candle_close | 마감 | close of candle
캔들 한 개의 기간이 끝나는 때예요. 규칙은 이때 판단해요.
The moment a candle ends. Rules are judged then.
buy | 매수 | buy
돈을 주고 코인을 사는 것이에요.
Giving money for a coin.
sell | 매도 | sell
코인을 팔고 돈을 받는 것이에요.
Giving a coin for money.
order | 주문 | order
거래소에 사거나 팔겠다고 보내는 요청이에요.
A request to the exchange to buy or sell.
manual_order | 직접 주문 | manual order
전략이 아니라 내가 직접 내는 주문이에요.
An order you place yourself.
limit_order | 지정가 | limit
정한 가격이나 더 나은 가격에만 체결되는 주문이에요.
An order that fills only at its price or better.
market_order | 시장가 | market order
지금 있는 호가에 바로 체결되는 주문이에요.
An order that fills at once at the prices on offer.
best_price | 최유리 | best price
상대편의 가장 좋은 호가로 내는 주문이에요.
An order at the best price of the other side.
conditional_order | 조건 주문 | conditional order
가격이 조건에 닿으면 나가는 주문이에요. 이 PC가 감시해요.
An order sent once a price is reached. This computer watches it.
order_template | 주문 양식 | order template
자주 쓰는 주문 설정을 저장한 것이에요.
Saved settings of an order you use often.
open_order | 미체결 주문 | open order
아직 다 체결되지 않은 주문이에요.
An order that is not yet filled completely.
accepted | 접수됨 | accepted
거래소가 주문을 받았어요.
The exchange has taken the order.
partly_filled | 일부 체결 | partly filled
주문한 수량 가운데 일부만 체결됐어요.
Only a part of the quantity was filled.
filled | 전량 체결 | filled
주문한 수량이 모두 체결됐어요.
The whole quantity was filled.
cancel | 취소 | cancel
체결되지 않은 나머지를 거두는 것이에요.
Taking back what was not filled.
rejected | 거절 | rejected
거래소가 주문을 받지 않았어요.
The exchange did not take the order.
unknown | 확인 중 | unknown
주문이 들어갔는지 거래소에 확인하고 있어요. 다시 보내지 않아요.
Whether the order arrived is being looked up. It is not sent again.
stop_loss | 손절 | stop loss
손실이 정한 만큼 커지면 파는 것이에요.
Selling when the loss reaches a set size.
take_profit | 익절 | take profit
이익이 정한 만큼 커지면 파는 것이에요.
Selling when the profit reaches a set size.
trailing_stop | 추적 손절 | trailing stop
고점을 따라 올라가는 손절이에요. 내려가지는 않아요.
A stop that follows the high upwards and never moves down.
target | 목표 | target
팔려고 정해 둔 가격이나 수익률이에요.
The price or return at which you want to sell.
position | 포지션 | position
지금 가지고 있는 종목과 수량이에요.
What you hold now of a market.
average_price | 평균 단가 | average price
산 가격을 수량으로 고르게 나눈 값이에요.
What you paid on average for one coin.
equity | 평가금액 | equity
현금과 가진 코인을 지금 가격으로 더한 값이에요.
Cash plus what you hold at present prices.
cash | 현금 | cash
코인이 아닌 원화예요.
Won that is not in coins.
available | 주문 가능 금액 | available
다른 주문에 묶이지 않은 돈이에요.
Money that no other order holds.
unrealised_profit | 미실현 손익 | unrealised profit
아직 팔지 않은 포지션의 이익이나 손실이에요.
Profit or loss of positions that are still open.
realised_profit | 실현 손익 | realised profit
팔아서 확정된 이익이나 손실이에요.
Profit or loss fixed by selling.
fee | 수수료 | fee
체결될 때마다 거래소에 내는 돈이에요.
What the exchange takes for each fill.
return | 수익률 | return
처음 금액에 견준 이익이나 손실이에요.
Profit or loss against the starting amount.
drawdown | 낙폭 | drawdown
평가금액이 고점에서 내려온 정도예요.
How far equity is below its peak.
max_drawdown | 최대 낙폭 | max drawdown
기간 안에서 가장 컸던 낙폭이에요.
The deepest drawdown of the period.
win_rate | 승률 | win rate
끝난 거래 가운데 이익이 난 비율이에요.
The share of closed trades that made a profit.
payoff_ratio | 손익비 | payoff ratio
평균 이익을 평균 손실로 나눈 값이에요.
The average profit divided by the average loss.
exposure | 투자 비중 | exposure
평가금액 가운데 코인이 차지하는 비율이에요.
The share of equity that is in coins.
limit | 한도 | limit (risk)
넘으면 새 진입을 멈추는 값이에요.
A value beyond which new entries stop.
daily_loss_limit | 하루 손실 한도 | daily loss limit
하루에 이만큼 잃으면 새 진입을 멈춰요.
New entries stop after losing this much in a day.
trading_hours | 거래 시간 | trading hours
전략이 새로 진입할 수 있는 시간이에요.
The hours in which a strategy may enter.
backtest | 백테스트 | backtest
지난 캔들에서 전략이 어떻게 했을지 계산해요.
Works out what a strategy would have done on past candles.
buy_and_hold | 단순 보유 | buy and hold
처음에 사서 끝까지 가지고 있는 것과 견줘요.
Buying at the start and keeping to the end, for comparison.
slippage | 슬리피지 | slippage
예상한 가격과 체결된 가격의 차이예요.
The difference between expected and filled price.
warm_up | 예열 | warm-up
지표가 값을 내기까지 필요한 캔들이에요.
The candles an indicator needs before it has a value.
look_ahead | 미래 참조 | look-ahead
그때는 알 수 없던 값을 쓰는 잘못이에요.
The mistake of using what could not be known yet.
overfitting | 과최적화 | overfitting
지난 자료에만 맞고 앞으로는 맞지 않는 상태예요.
Fitting the past so closely that the future will differ.
optimisation | 최적화 | optimisation
변수 값을 바꿔 가며 결과를 비교해요.
Comparing results while parameters change.
walk_forward | 전진 분석 | walk-forward
앞 기간에서 고른 값을 다음 기간에서 확인해요.
Values chosen on one period are checked on the next.
verify | 검증 | verify
백테스트와 연습이 같은 결정을 내리는지 확인해요.
Checks that backtest and practice take the same decisions.
decision_log | 결정 기록 | decision log
무엇을 왜 했는지, 왜 하지 않았는지 적은 기록이에요.
What was done or left undone, and why.
explanation | 설명 | explanation
한 결정의 조건과 값을 보여 줘요.
The conditions and values behind one decision.
stale_prices | 시세 지연 | stale prices
시세가 늦게 와서 지금 가격이 아닐 수 있어요.
Prices arrive late and may not be the present ones.
offline | 연결 끊김 | offline
거래소와 연결이 끊긴 상태예요.
There is no connection to the exchange.
alert | 알림 | alert
정해 둔 일이 생기면 알려 줘요.
Tells you when something you named happens.
backup | 백업 | backup
설정과 기록의 사본이에요. 키는 그대로 담지 않아요.
A copy of settings and records, never with keys in the clear.
restore | 복원 | restore
백업으로 되돌리는 것이에요.
Going back to a backup.
"""


@lru_cache(maxsize=1)
def _by_id() -> dict[str, Term]:
    lines = _TERMS.strip().splitlines()
    found: dict[str, Term] = {}
    for head, meaning_ko, meaning_en in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        term_id, ko, en = head.split(" | ")
        if term_id in found:
            raise ValueError(f"The glossary has {term_id} twice.")
        found[term_id] = Term(term_id, Text(ko=ko, en=en), Text(ko=meaning_ko, en=meaning_en))
    return found


def terms() -> tuple[Term, ...]:
    return tuple(_by_id().values())


def entry(term_id: str) -> Term:
    return _by_id()[term_id]


def word(term_id: str) -> Text:
    return _by_id()[term_id].word
