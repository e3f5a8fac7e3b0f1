"""Stops about the numbers of a network: a saturated neuron, a misclassified row."""

from __future__ import annotations

import re

from ...ops import CONSTANT
from ...value import Value
from .content import Content
from .lessons import Stop
from .network_guide import FEW, FLAT, Guide

SATURATED = 6.0  # a sum where an activation is flat
LARGEST_WEIGHT = 200.0


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
            f"{guide.name(weight)} is set to {str(x).replace('-', '−')} here, so <s> = "
            f"{{data <s>}} "
            "and <h> = {data <h>}. How much of what <h> receives does it pass on to <s>?",
            f"여기서는 {guide.name(weight)} = {str(x).replace('-', '−')}로 바꾸어 <s> = "
            f"{{data <s>}}, "
            "<h> = {data <h>}입니다. <h> 노드는 받은 gradient 중 얼마를 <s> 노드에 전달할까요?",
        ),
        2,
        (
            f"There {guide.activation} is flat: ∂<h>/∂<s> = {{local <h> <s>}}. <h> is "
            "saturated, and "
            "what lies before it learns next to nothing: ∂<y>/∂<w> = {grad <w>}.",
            f"거기서는 {guide.activation} 곡선이 거의 평평합니다: ∂<h>/∂<s> = "
            f"{{local <h> <s>}}. 이것을 "
            "포화라고 합니다. 그 앞의 weight는 거의 학습되지 않습니다: ∂<y>/∂<w> = {grad <w>}.",
        ),
        [
            ("nearly all of it", "거의 전부"),
            ("about half", "절반쯤"),
            ("nearly nothing", "거의 전달하지 않음"),
        ],
        before=f"view=step&step=READY&{state}",
        after=f"view=paths&{state.replace('<w>', '<h>')}&insight=curve",
    )


def wrong_row(guide: Guide) -> list[Stop]:
    """Which input would correct a misclassified row, after a training with classes."""
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
    each = (
        (", each per standard deviation", " (각각 표준 편차 하나당)") if rows.scale[0] else ("", "")
    )
    state = f"view=step&epoch={shown}&row=wrong&step="
    return guide.stop(
        (
            f"After the training, {'flower' if flowers else 'row'} {{row}}, {{truth}}, is answered "
            "{answer}. What says how its measures would have to change?",
            f"학습 후에도 틀리는 {{row}}번 {'꽃' if flowers else '행'}: 실제 {{truth}}, 예측 "
            f"{{answer}}. "
            "측정값을 어떻게 바꾸어야 맞는지는 무엇이 알려 줄까요?",
        ),
        1,
        (
            "The weights stay, and ∂loss/∂x says how fast the loss changes with each measure: "
            f"{slopes} for {names}{each[0]}. Below, in its own unit, is how far each alone has to "
            "go to turn the answer.",
            f"weight는 그대로 두고, ∂loss/∂x가 측정값마다 loss가 얼마나 빨리 바뀌는지 알려 줍니다: "
            f"{names} 순서로 {slopes}{each[1]}. 측정값을 하나씩 원래 단위로 얼마나 바꾸면 답이 "
            "달라지는지는 아래에 있습니다.",
        ),
        [
            ("the gradients of the weights", "weight의 gradient"),
            (f"the gradients of the inputs, {names}", f"입력 {names}의 gradient"),
            ("nothing: the training is over", "없음. 학습이 끝났습니다"),
        ],
        before=f"{state}READY",
        after=f"view=training&epoch={shown}&row=wrong&insight=evidence",
        root=content.roots.index(loss),
    )


def free_play(guide: Guide) -> list[Stop]:
    return guide.stop(
        (
            "That was the chain rule. Now play: choose another row or type one of your own, change "
            "a weight, step back and forth; Copy link gives a link to all that you see.",
            "연쇄 법칙을 모두 살펴보았습니다. 이제 자유롭게 다른 행을 고르거나 직접 입력하고, "
            "weight를 바꾸고, 앞뒤로 움직여 보세요. 링크 복사를 누르면 지금 보이는 화면 그대로의 "
            "링크가 복사됩니다.",
        ),
        before="view=step",
        after="",
    )
