"""Stops about the reverse sweep, and the meaning of a gradient."""

from __future__ import annotations

from .lessons import Stop
from .network_guide import FEW, Guide


def adding(guide: Guide) -> list[Stop]:
    if not (guide.is_spread and guide.uses <= FEW):
        return []
    handed = [f"handed <h> {k + 1}" for k in range(guide.uses)]
    products = ", ".join([f"{{{one}}}" for one in handed])
    names = [guide.name(unit.output) or "z" for unit in guide.scores]
    scores = ", ".join(names)
    return guide.stop(
        (
            f"On the way back {scores} hand <h> the products {products}. "
            "What is <h>.grad when all have come?",
            f"역전파에서 {scores} 노드가 <h> 노드에 다음 곱을 전달합니다: {products}. "
            "모두 받은 뒤 <h>.grad는 얼마일까요?",
        ),
        "grad <h>",
        (
            f"+= adds what comes: {{{' + '.join(handed)} =}}. "
            f"The sweep comes from the back, {names[0]} last: a plain = would keep its product "
            "only, {handed <h> 1}.",
            f"+=는 받은 값을 더합니다: {{{' + '.join(handed)} =}}. "
            f"뒤에서부터 오므로 {names[0]} 차례가 마지막입니다. =를 쓰면 그 곱 {{handed <h> 1}}만 "
            "남습니다.",
        ),
        after="view=step&step=END&node=<h>&picked=1",
    )


def sorting(guide: Guide) -> list[Stop]:
    if not guide.is_spread:
        return []
    return guide.stop(
        (
            "Say each node hands on as soon as it is met, depth first, without the sort. "
            "Which gradients come out wrong?",
            "정렬하지 않고, 깊이 우선으로 만나는 노드마다 바로 전달한다고 합시다. 어떤 gradient가 "
            "틀릴까요?",
        ),
        2,
        (
            "A node that hands on early passes on a part of its sum, and what comes later goes no "
            "further. Here {wrong_gradients} of {leaves} gradients are wrong. The sort lets every "
            "node wait until its sum is complete.",
            "일찍 전달한 노드는 합의 일부만 전달하고, 나중에 받은 값은 더 전달되지 않습니다. "
            "여기서는 gradient {leaves}개 중 {wrong_gradients}개가 틀립니다. 정렬하면 모든 노드가 "
            "합산이 끝난 뒤에 전달합니다.",
        ),
        [
            (
                "None: the same products are added in another order",
                "없음. 같은 곱을 다른 순서로 더할 뿐입니다",
            ),
            ("All of them", "전부"),
            (
                "Those before a node that handed on before it had all its products",
                "곱을 다 받기 전에 전달한 노드보다 앞에 있는 것",
            ),
        ],
        after="view=step&order=unsorted&step=END",
    )


def from_the_back(guide: Guide) -> list[Stop]:
    return guide.stop(
        (
            "One sweep from the back gives the derivatives of <y> by all {leaves} weights and "
            "inputs. How many sweeps from the front would it take?",
            "뒤에서부터 한 번이면 weight와 입력 {leaves}개에 대한 <y>의 미분을 모두 구합니다. "
            "앞에서부터라면 몇 번이 필요할까요?",
        ),
        2,
        (
            "From the front a sweep starts at one leaf: {leaves} sweeps, {forward_products} "
            "multiplications on this graph. From the back all paths share what is behind them: one "
            "sweep, {products} multiplications.",
            "앞에서부터는 한 번에 weight나 입력 하나만 다룹니다. 이 그래프에서는 {leaves}번, 곱셈 "
            "{forward_products}번입니다. 뒤에서부터는 모든 경로가 뒷부분을 함께 쓰므로 한 번, 곱셈 "
            "{products}번이면 됩니다.",
        ),
        [
            ("one as well", "똑같이 한 번"),
            ("one for each layer", "층마다 한 번"),
            ("one for each weight and input", "weight와 입력마다 한 번"),
        ],
        after="view=paths&node=<w>&insight=cost",
    )


def linear_guess(guide: Guide) -> list[Stop]:
    return guide.stop(
        (
            "∂<y>/∂<v> is {grad <v>}. If <v> grows by 0.1, by about how much does <y> change?",
            "∂<y>/∂<v>의 값은 {grad <v>}입니다. <v>에 0.1을 더하면 <y>의 값은 대략 얼마나 "
            "바뀔까요?",
        ),
        "guess <v> 0.1",
        (
            "The guess is {grad <v> * 0.1 =}, the true change is {change <v> 0.1}: the guess "
            "is off "
            "by {error <v> 0.1} %. A gradient is the slope at one point: the smaller the step, the "
            "better the guess.",
            "추정은 {grad <v> * 0.1 =}, 실제 변화는 {change <v> 0.1}, 상대 오차는 {error <v> 0.1} "
            "%입니다. gradient는 한 점에서의 기울기이므로 조금 바꿀수록 추정이 정확합니다.",
        ),
        after="view=paths&node=<v>",
    )


def softmax_or_sigmoid(guide: Guide) -> list[Stop]:
    if not (guide.is_spread and guide.network.has_shares):
        return []
    return guide.stop(
        (
            "With softmax <w> reaches <y> by {paths <w>} paths. If <y> were sigmoid(<z>), by how "
            "many paths?",
            "softmax에서는 <w>에서 <y>까지 경로가 {paths <w>}개입니다. <y> = sigmoid(<z>)라면 "
            "경로는 몇 개일까요?",
        ),
        "1",
        (
            "Softmax divides by the sum of all e^z, so every z acts on every ŷ. A sigmoid "
            "takes its "
            "own z alone: only the path over <z> is left.",
            "softmax는 모든 e^z의 합으로 나누므로 모든 z가 모든 ŷ에 영향을 줍니다. sigmoid는 자기 "
            "z만 쓰므로 <z> 쪽 경로만 남습니다.",
        ),
        after="view=paths&node=<w>&insight=outputs",
    )
