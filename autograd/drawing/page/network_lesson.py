"""The lesson that opens the page of a network: the chain rule in it, question by question.

It is written in the terms of any lesson. In its texts <w>, <h>, <z>, ... stand for the names of the
network's own nodes: w17, h5, z1 in the reference network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...cached import cached_property
from ...graph import count_paths, topological_order
from ...ops import CONSTANT
from ...value import Value
from ..network import Network, Unit
from .content import Content
from .lessons import Stop
from .states import Nodes

PLAIN = re.compile(r'[^\s{}"<>*+@]+')  # names that stand in formulas as they are
FEW = 4  # products that are written out
FLAT = {"tanh": "1 − <h>²", "sigmoid": "<h> · (1 − <h>)"}  # activations that saturate, their slopes
SATURATED = 6.0  # a sum where they do
LARGEST_WEIGHT = 200.0
Texts = tuple[str, str]


def network_lesson(content: Content) -> list[Stop]:
    """The stops; none where the graph is no network with a hidden layer and names."""
    if content.network is None or not content.exact:
        return []
    guide = Guide(content, content.network)
    if not guide.fits:
        return []
    return [
        *the_post(guide),
        *slope_of_activation(guide),
        *one_path(guide),
        *several_paths(guide),
        *local_or_gradient(guide),
        *acting_through(guide),
        *adding(guide),
        *sorting(guide),
        *from_the_back(guide),
        *linear_guess(guide),
        *softmax_or_sigmoid(guide),
        *saturation(guide),
        *wrong_row(guide),
        *free_play(guide),
    ]


@dataclass
class Guide:
    """The nodes of a network that the lesson is about."""

    content: Content
    network: Network
    names: dict[str, str] = field(init=False, default_factory=dict)

    @cached_property
    def hidden(self) -> Unit:
        """A neuron of the last hidden layer."""
        return self.network.layers[-2].units[0]

    @cached_property
    def scores(self) -> tuple[Unit, ...]:
        """The neurons of the last layer."""
        return self.network.layers[-1].units

    @cached_property
    def output(self) -> Value:
        """The share of the first score; without shares this score itself."""
        score = self.scores[0].output
        shares = [unit.output for unit in self.network.shares if unit.output.parents[0] is score]
        return shares[0] if shares else score

    @cached_property
    def nodes(self) -> dict[str, Value]:
        return {
            "w": self.hidden.weights[0],
            "h": self.hidden.output,
            "s": self.hidden.output.parents[0],
            "v": self.scores[0].weights[self.hidden.row],
            "z": self.scores[0].output,
            "y": self.output,
        }

    @cached_property
    def fits(self) -> bool:
        if len(self.network.layers) < 2 or len(self.hidden.output.parents) != 1:
            return False
        self.names |= {mark: self.name(node) for mark, node in self.nodes.items()}
        return self.output in self.content.roots and all(self.names.values())

    @cached_property
    def known(self) -> dict[str, int]:
        return Nodes(self.content).number

    def name(self, node: Value) -> str:
        """The name of a node as formulas have it; empty where it has none of its own."""
        name = self.content.names[self.content.number[node]]
        return name if name in self.known and PLAIN.fullmatch(name) else ""

    def listed(self, nodes: Sequence[Value]) -> str:
        """Their names; of more than a few the first and the last."""
        names = list(filter(None, map(self.name, nodes)))
        return ", ".join(names) if len(names) < FEW else f"{names[0]} … {names[-1]}"

    def edge(self, upper: str, lower: str) -> str:
        """The local derivative of an edge; where there is a bias between, ∂upper/∂lower."""
        direct = self.nodes[lower] in self.nodes[upper].parents
        return f"{'local' if direct else 'grad'} {self.names[upper]} {self.names[lower]}"

    @property
    def activation(self) -> str:
        return str(getattr(self.hidden.output.op, "name", ""))

    @cached_property
    def uses(self) -> int:
        """How many products the hidden neuron is handed."""
        order = topological_order(self.output)
        return sum([node.parents.count(self.hidden.output) for node in order])

    @cached_property
    def is_spread(self) -> bool:
        """Whether the hidden neuron reaches the output through each of several scores."""
        return self.uses == len(self.scores) > 1 == self._ways(self.scores[1].output)

    def _ways(self, node: Value) -> int:
        return count_paths(self.output, node)

    @property
    def root(self) -> int:
        return self.content.roots.index(self.output)

    def at(self, state: str, root: int | None = None) -> str:
        """A state with the output of the lesson; READY and END are steps."""
        root = self.root if root is None else root
        computed = [node for node in self.content.nodes if node.parents]
        below = [node for node in topological_order(self.content.roots[root]) if node.parents]
        steps = {"READY": len(computed), "END": len(computed) + len(below)}
        for word, step in steps.items():
            state = state.replace(word, str(step))
        return self.named(state) + (f"&root={root}" if root else "")

    def named(self, text: str) -> str:
        """The text with names in place of marks."""
        return re.sub(r"<(\w+)>", lambda mark: self.names[mark[1]], text)

    def stop(
        self,
        question: Texts,
        answer: str | int | None = None,
        why: Texts = ("", ""),
        choices: Iterable[Texts] = (),
        before: str = "view=step&step=READY",
        after: str = "view=paths&node=<w>",
        root: int | None = None,
    ) -> list[Stop]:
        """A stop in both languages; answer: a formula, or the number of the right choice."""
        offered = [self._both(one) for one in choices]
        right: Any = offered[answer] if isinstance(answer, int) else answer
        return [
            Stop(
                self._both(question),
                self.named(right) if isinstance(right, str) else right,
                self._both(why),
                choices=offered,
                before=self.at(before, root),
                after=self.at(after, root) if after else "",
            )
        ]

    def _both(self, texts: Texts) -> dict[str, str]:
        en, ko = map(self.named, texts)
        return {"en": en, "ko": ko}


def the_post(guide: Guide) -> list[Stop]:
    return guide.stop(
        (
            "The blog post writes ∂<y>/∂<w> = k · ∂<h>/∂<w>, with k = ∂<y>/∂<v>. Is that right? "
            "Guess: the next stops take it apart.",
            "블로그 글에는 ∂<y>/∂<w> = k · ∂<h>/∂<w>, k = ∂<y>/∂<v>라고 되어 있습니다. 맞을까요? "
            "짐작해 보세요. 다음 단계에서 하나씩 확인합니다.",
        ),
        1,
        (
            "k is how <y> changes with the weight <v>, but ∂<h>/∂<w> needs how <y> changes with <h> "
            "itself. With k it would be {grad <v> * grad <h> <w> =}. "
            "Right is {grad <h> * grad <h> <w> =}.",
            "k는 weight <v>에 대한 <y>의 변화율입니다. ∂<h>/∂<w>에 곱할 것은 <h>에 대한 <y>의 "
            "변화율입니다. k를 곱하면 {grad <v> * grad <h> <w> =}, 올바른 값은 "
            "{grad <h> * grad <h> <w> =}입니다.",
        ),
        [
            ("Yes, that is ∂<y>/∂<w>", "맞습니다. 그것이 ∂<y>/∂<w>입니다"),
            (
                "No: what multiplies ∂<h>/∂<w> is ∂<y>/∂<h>",
                "아닙니다. ∂<h>/∂<w>에 곱할 것은 ∂<y>/∂<h>입니다",
            ),
            (
                "No: <w> does not act on <y>",
                "아닙니다. <w>의 값은 <y>에 영향을 주지 않습니다",
            ),
        ],
    )


def slope_of_activation(guide: Guide) -> list[Stop]:
    name = guide.activation
    if name not in FLAT:
        return []
    slope = FLAT[name]
    check = (
        ("<h>² is {data <h> * data <h> =}, and 1 minus that", "<h>²은 {data <h> * data <h> =}, 1에서 빼면")
        if name == "tanh"
        else ("<h> times 1 − <h>", "<h>에 1 − <h>의 값을 곱하면")
    )  # fmt: skip
    return guide.stop(
        (
            f"<h> = {name}(<s>) = {{data <h>}}, and the local derivative of {name} is "
            f"∂<h>/∂<s> = {slope}. How much is it here?",
            f"<h> = {name}(<s>) = {{data <h>}}이고, {name}의 국소 미분은 ∂<h>/∂<s> = {slope}입니다. "
            "여기서는 얼마일까요?",
        ),
        "local <h> <s>",
        (
            f"{check[0]} is {{local <h> <s>}}. The value of the forward pass is all that is needed: "
            "that is why it is kept.",
            f"{check[1]} {{local <h> <s>}}입니다. 순전파에서 구한 값만 있으면 됩니다. 그래서 그 값을 "
            "저장해 둡니다.",
        ),
        after="view=step&step=READY&node=<h>&picked=1",
    )


def one_path(guide: Guide) -> list[Stop]:
    if not guide.network.has_shares:
        return []
    local = guide.edge("z", "v")
    return guide.stop(
        (
            f"<v> reaches <y> by one path, <v> → <z> → <y>, with ∂<z>/∂<v> = <h> = {{{local}}} "
            "and ∂<y>/∂<z> = <y> · (1 − <y>) = {local <y> <z>}. What is ∂<y>/∂<v>?",
            f"<v>에서 <y>까지의 경로는 <v> → <z> → <y> 하나이고, ∂<z>/∂<v> = <h> = {{{local}}}, "
            "∂<y>/∂<z> = <y> · (1 − <y>) = {local <y> <z>}입니다. ∂<y>/∂<v>의 값은 얼마일까요?",
        ),
        "grad <v>",
        (
            "Along a path the local derivatives are multiplied: "
            f"{{{local} * local <y> <z> =}}. This is the k of the post.",
            f"경로를 따라 국소 미분을 곱합니다: {{{local} * local <y> <z> =}}. "
            "글에서 k라고 한 값입니다.",
        ),
        after="view=paths&node=<v>",
    )


def several_paths(guide: Guide) -> list[Stop]:
    if not (guide.is_spread and guide.network.has_shares and len(guide.scores) <= FEW):
        return []
    if not (other := guide.name(guide.scores[1].output)):
        return []
    guide.names["z2"], guide.nodes["z2"] = other, guide.scores[1].output
    edges = [guide.edge(*pair) for pair in (("s", "w"), ("h", "s"), ("z2", "h"), ("y", "z2"))]
    factors = " * ".join(edges)
    summands = " + ".join([f"path <w> {k + 1}" for k in range(len(guide.scores))])
    return guide.stop(
        (
            "<w> reaches <y> by {paths <w>} paths, one over each z. What is the product over <z2>, "
            f"{{{factors} ?}}",
            "<w>에서 <y>까지의 경로는 z마다 하나씩 모두 {paths <w>}개입니다. <z2> 쪽 경로의 곱은 "
            f"얼마일까요? {{{factors} ?}}",
        ),
        factors,
        (
            f"The paths act at the same time, so their products add: {{{summands} =}}. "
            "One path alone is only a part of ∂<y>/∂<w>.",
            f"경로들은 동시에 영향을 주므로 곱을 모두 더합니다: {{{summands} =}}. "
            "경로 하나의 곱은 ∂<y>/∂<w>의 일부일 뿐입니다.",
        ),
    )


def local_or_gradient(guide: Guide) -> list[Stop]:
    if not guide.is_spread:
        return []
    local = guide.edge("z", "h")
    return guide.stop(
        (
            f"The local derivative ∂<z>/∂<h> = <v> = {{{local}}} belongs to one edge. "
            "Is it also the gradient ∂<y>/∂<h>?",
            f"∂<z>/∂<h> = <v> = {{{local}}}, 이것은 선 하나의 국소 미분입니다. "
            "gradient ∂<y>/∂<h>의 값도 이것일까요?",
        ),
        1,
        (
            "A local derivative is of a node by its own operand. A gradient is of the output by any "
            "node: here {grad <h>}, over {paths <h>} paths.",
            "국소 미분은 노드의 값을 바로 앞의 피연산자로 미분한 값이고, gradient는 출력을 어떤 "
            "노드로든 미분한 값입니다. 여기서는 경로 {paths <h>}개를 더해 {grad <h>}입니다.",
        ),
        [
            ("Yes: both are derivatives by <h>", "예. 둘 다 <h>에 대해 미분한 값입니다"),
            (
                "No: the gradient adds the products over all paths from <h> to <y>",
                "아니요. gradient는 <h>에서 <y>까지 모든 경로의 곱을 더한 값입니다",
            ),
        ],
        after="view=paths&node=<h>",
    )


def acting_through(guide: Guide) -> list[Stop]:
    own = guide.listed(guide.hidden.weights)
    mine = set(topological_order(guide.hidden.output))
    far = [w for w in guide.network.weights if w in mine and w not in guide.hidden.weights]
    both = (f"{own}; from further away {guide.listed(far)}", f"{own}, 더 앞의 {guide.listed(far)}")
    why = (
        f"<h> is computed from {own} and the layer before, which is computed from "
        f"{guide.listed(far)}. <v> comes after <h>: it does not act through it.",
        f"<h>의 값은 {own} 그리고 앞층의 값으로 계산하고, 앞층의 값은 {guide.listed(far)}의 값으로 "
        "계산합니다. weight <v>의 자리는 <h> 뒤이므로 <h> 노드를 거치지 않습니다.",
    )
    if not far:
        why = (
            f"<h> is computed from {own} and the inputs. <v> comes after <h>: it does not act "
            "through it.",
            f"<h>의 값은 {own} 그리고 입력으로 계산합니다. weight <v>의 자리는 <h> 뒤이므로 <h> "
            "노드를 거치지 않습니다.",
        )
    return guide.stop(
        ("Which weights act on <y> through <h>?", "<h> 노드를 거쳐 <y>에 영향을 주는 weight는?"),
        2 if far else 1,
        why,
        [("only <v>", "<v> 하나"), (own, own), *([both] if far else [])],
        after="view=paths&node=<h>",
    )


def adding(guide: Guide) -> list[Stop]:
    if not (guide.is_spread and guide.uses <= FEW):
        return []
    handed = [f"handed <h> {k + 1}" for k in range(guide.uses)]
    products = ", ".join([f"{{{one}}}" for one in handed])
    scores = ", ".join([guide.name(unit.output) or "z" for unit in guide.scores])
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
            "A plain = would keep only the last, {handed <h> 1}.",
            f"+=는 받은 값을 더합니다: {{{' + '.join(handed)} =}}. "
            "=를 쓰면 마지막에 받은 {handed <h> 1}만 남습니다.",
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
        after="view=step&step=END",
    )


def linear_guess(guide: Guide) -> list[Stop]:
    return guide.stop(
        (
            "∂<y>/∂<v> is {grad <v>}. If <v> grows by 0.1, by about how much does <y> change?",
            "∂<y>/∂<v>의 값은 {grad <v>}입니다. <v>에 0.1을 더하면 <y>의 값은 대략 얼마나 바뀔까요?",
        ),
        "guess <v> 0.1",
        (
            "The guess is {grad <v> * 0.1 =}, the true change is {change <v> 0.1}: the guess is off "
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
            "Softmax divides by the sum of all e^z, so every z acts on every ŷ. A sigmoid takes its "
            "own z alone: only the path over <z> is left.",
            "softmax는 모든 e^z의 합으로 나누므로 모든 z가 모든 ŷ에 영향을 줍니다. sigmoid는 자기 "
            "z만 쓰므로 <z> 쪽 경로만 남습니다.",
        ),
    )


def opening_numbers(content: Content) -> dict[Value, float]:
    """The values of all nodes at the first row, and at the start of a training."""
    numbers = {node: node.data for node in content.nodes}
    if content.course is not None:
        numbers |= zip(content.course.parameters, content.course.numbers[0], strict=True)
    for node in content.nodes:
        if node.parents and node.op is not None and node.op is not CONSTANT:
            numbers[node] = node.op([numbers[parent] for parent in node.parents])
    return numbers


def saturation(guide: Guide) -> list[Stop]:
    """A weight is set so large that the activation is flat."""
    numbers = opening_numbers(guide.content)
    inputs = guide.network.columns[guide.hidden.column - 1].outputs
    i = max(range(len(inputs)), key=lambda k: abs(numbers[inputs[k]]))
    sum_now, weight = numbers[guide.hidden.sum], guide.hidden.weights[i]
    if guide.activation not in FLAT or not numbers[inputs[i]] or not guide.name(weight):
        return []
    wanted = SATURATED if sum_now >= 0.0 else -SATURATED
    x = round(numbers[weight] + (wanted - sum_now) / numbers[inputs[i]], 1)
    if abs(x) > LARGEST_WEIGHT:
        return []
    state = f"row=0&set={guide.name(weight)}:{x}&node=<w>"
    return guide.stop(
        (
            f"{guide.name(weight)} is set to {str(x).replace('-', '−')} here, so <s> = {{data <s>}} "
            "and <h> = {data <h>}. How much of what <h> receives does it pass on to <s>?",
            f"여기서는 {guide.name(weight)} = {str(x).replace('-', '−')}로 바꾸어 <s> = {{data <s>}}, "
            "<h> = {data <h>}입니다. <h> 노드는 받은 gradient 중 얼마를 <s> 노드에 전달할까요?",
        ),
        2,
        (
            f"There {guide.activation} is flat: ∂<h>/∂<s> = {{local <h> <s>}}. <h> is saturated, and "
            "what lies before it learns next to nothing: ∂<y>/∂<w> = {grad <w>}.",
            f"거기서는 {guide.activation} 곡선이 거의 평평합니다: ∂<h>/∂<s> = {{local <h> <s>}}. 이것을 "
            "포화라고 합니다. 그 앞의 weight는 거의 학습되지 않습니다: ∂<y>/∂<w> = {grad <w>}.",
        ),
        [
            ("nearly all of it", "거의 전부"),
            ("about half", "절반쯤"),
            ("nearly nothing", "거의 전달하지 않음"),
        ],
        before=f"view=step&step=READY&{state}",
        after=f"view=paths&{state}",
    )


def wrong_row(guide: Guide) -> list[Stop]:
    """Which measure would turn a wrong answer, of a training with classes."""
    content, inputs = guide.content, guide.network.columns[0].outputs
    rows, course, loss = content.rows, content.course, content.loss
    if rows is None or not rows.labels or course is None or loss is None:
        return []
    if loss not in content.roots or len(inputs) > FEW or not all(map(guide.name, inputs)):
        return []
    shown = course.json(content.number)["shown"]
    flowers = any([re.search("sepal|petal", name) for name in rows.feature_names])
    slopes = ", ".join([f"{{grad {guide.name(x)}}}" for x in inputs])
    names = guide.listed(inputs)
    state = f"view=step&epoch={shown}&row=wrong&step="
    return guide.stop(
        (
            f"After the training, {'flower' if flowers else 'row'} {{row}}, {{truth}}, is answered "
            "{answer}. What says how its measures would have to change?",
            f"학습 후에도 틀리는 {{row}}번 {'꽃' if flowers else '행'}: 실제 {{truth}}, 예측 {{answer}}. "
            "측정값을 어떻게 바꾸어야 맞는지는 무엇이 알려 줄까요?",
        ),
        1,
        (
            "The weights stay, and ∂loss/∂x says how fast the loss changes with each measure: "
            f"{slopes} for {names}. The largest is where a small change does most.",
            f"weight는 그대로 두고, ∂loss/∂x가 측정값마다 loss가 얼마나 빨리 바뀌는지 알려 줍니다: "
            f"{names} 순서로 {slopes}. 절댓값이 가장 큰 측정값은 조금만 바꾸어도 효과가 큽니다.",
        ),
        [
            ("the gradients of the weights", "weight의 gradient"),
            (f"the gradients of the inputs, {names}", f"입력 {names}의 gradient"),
            ("nothing: the training is over", "없음. 학습이 끝났습니다"),
        ],
        before=f"{state}READY",
        after=f"{state}END",
        root=content.roots.index(loss),
    )


def free_play(guide: Guide) -> list[Stop]:
    return guide.stop(
        (
            "That was the chain rule. Now play: choose another row, change a weight, step back and "
            "forth; the address holds all that you see, so a copy of it shows the same to others.",
            "연쇄 법칙을 모두 살펴보았습니다. 이제 자유롭게 다른 행을 고르고, weight를 바꾸고, 앞뒤로 "
            "움직여 보세요. 주소에 지금 보이는 상태가 모두 들어 있으므로, 주소를 보내면 같은 화면이 "
            "열립니다.",
        ),
        before="view=step",
        after="",
    )
