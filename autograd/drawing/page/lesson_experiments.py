"""Stops about training: each ends in an experiment that the page runs."""

from __future__ import annotations

from .laboratory import own_of
from .lessons import Stop
from .network_guide import FLAT, Guide

Pair = tuple[str, str]


def experiments(guide: Guide) -> list[Stop]:
    """What a reader can try once the chain rule is clear; none where the page can't train."""
    own = own_of(guide.network)
    if not guide.content.trains or own is None:
        return []
    stops = [rates(guide), zero_grad(guide), equal_start(guide)]
    if own["activation"] in FLAT and len(own["hidden"]) > 1:
        stops.append(saturated_start(guide))
    stops.append(bias_of_zero(guide))
    if guide.network.has_softmax:
        stops.append(two_losses(guide))
    return [stop for found in stops for stop in found]


def experiment(
    guide: Guide, name: str, question: Pair, right: int, why: Pair, choices: list[Pair], state: str
) -> list[Stop]:
    return guide.stop(
        question,
        right,
        why,
        choices,
        before="view=training&node=<w>",
        after=f"view=training&node=<w>&experiment={name}{state}",
    )


def rates(guide: Guide) -> list[Stop]:
    return experiment(
        guide,
        "rates",
        (
            "Each step is the learning rate times the gradient. With 0.01 the loss falls slowly. "
            "What does it do with 10?",
            "스텝마다 gradient에 learning rate를 곱한 만큼 움직입니다. 0.01이면 loss가 천천히 "
            "줄어듭니다. 10이면 어떻게 될까요?",
        ),
        2,
        (
            "The gradient is a slope at one point. A step that is too long lands on the other side "
            "of the valley, higher than before. The three curves start at the same weights; above "
            "the dashed line one is cut off.",
            "gradient는 한 점에서의 기울기입니다. 스텝이 너무 길면 골짜기 건너편, 더 높은 곳에 "
            "떨어집니다. "
            "세 곡선은 같은 weight에서 시작합니다. 점선 위는 잘려 있습니다.",
        ),
        [
            ("it falls a thousand times as fast", "천 배 빨리 줄어든다"),
            ("it stays as it is", "그대로다"),
            ("it jumps up and down", "오르내리며 튄다"),
        ],
        "&optimizer=sgd",
    )


def zero_grad(guide: Guide) -> list[Stop]:
    return experiment(
        guide,
        "zero",
        (
            "Three steps without zero_grad: what is in <w>.grad at the third step?",
            "zero_grad 없이 세 스텝을 갔습니다. 세 번째 스텝에서 <w>.grad에는 무엇이 들어 "
            "있을까요?",
        ),
        1,
        (
            "backward adds to grad with +=, so what was there stays. zero_grad empties it before "
            "the next sweep.",
            "backward는 +=로 grad에 더하므로 전에 있던 값이 남습니다. zero_grad는 다음 역전파 "
            "전에 grad를 "
            "비웁니다.",
        ),
        [
            ("the third gradient", "세 번째 gradient"),
            ("the sum of the three gradients", "세 gradient의 합"),
            ("their mean", "세 gradient의 평균"),
        ],
        "&optimizer=sgd&lr=0.1",
    )


def equal_start(guide: Guide) -> list[Stop]:
    return experiment(
        guide,
        "equal",
        (
            "All weights start at the same number. After 20 steps, how do the neurons of the first "
            "hidden layer differ?",
            "모든 weight가 같은 값에서 시작합니다. 20 스텝 뒤에 첫 은닉층의 뉴런들은 서로 "
            "어떻게 다를까요?",
        ),
        0,
        (
            "Equal weights give equal sums and equal gradients, so equal steps. The layer stays "
            "one "
            "neuron, several times: that is why weights start at random.",
            "weight가 같으면 합도 gradient도 같고, 따라서 스텝도 같습니다. 층 전체가 뉴런 "
            "하나나 다름없습니다. "
            "그래서 weight는 무작위로 시작합니다.",
        ),
        [
            ("not at all", "전혀 다르지 않다"),
            ("each has learned something else", "저마다 다른 것을 배웠다"),
        ],
        "&start=equal&optimizer=sgd&lr=0.5&trained=20&epoch=20",
    )


def saturated_start(guide: Guide) -> list[Stop]:
    return experiment(
        guide,
        "saturated",
        (
            "All weights are ten times as large at the start. How large is the median gradient by "
            "the weights of the first layer?",
            "처음 weight를 모두 10배로 했습니다. 첫 층의 weight에 대한 gradient의 중앙값은 "
            "얼마나 될까요?",
        ),
        2,
        (
            "The sums are so large that the activations are flat there, and a gradient passes one "
            "flat activation in each layer on its way.",
            "합이 너무 커서 활성화 함수가 평평한 곳에 있습니다. gradient는 층마다 그런 곳을 "
            "하나씩 지나야 합니다.",
        ),
        [
            ("ten times as large", "10배"),
            ("about the same", "비슷하다"),
            ("many times smaller", "훨씬 작다"),
        ],
        "&start=large",
    )


def bias_of_zero(guide: Guide) -> list[Stop]:
    return experiment(
        guide,
        "bias",
        (
            "A bias b starts at 0, in s = w·x + b. What is its gradient?",
            "s = w·x + b에서 편향 b는 0으로 시작합니다. b의 gradient는 얼마일까요?",
        ),
        1,
        (
            "∂s/∂b = 1, whatever b is. A weight's local derivative is the other factor, x; a bias "
            "has no other factor.",
            "b가 얼마든 ∂s/∂b = 1입니다. weight의 국소 미분은 함께 곱한 x이지만, 편향에는 함께 "
            "곱한 수가 없습니다.",
        ),
        [
            ("0, as b is 0", "b가 0이므로 0"),
            ("the gradient of s", "s의 gradient와 같다"),
            ("the mean of the weights' gradients", "weight gradient들의 평균"),
        ],
        "&bias=true",
    )


def two_losses(guide: Guide) -> list[Stop]:
    return experiment(
        guide,
        "losses",
        (
            "An answer is wrong and quite sure. Which loss hands more of a gradient to z?",
            "틀린 답을 꽤 확신하고 있습니다. 어느 loss가 z에 더 큰 gradient를 전달할까요?",
        ),
        0,
        (
            "Cross-entropy hands on ŷ − t. The mean of n squared errors hands on "
            "2/n · (ŷ − t) · ŷ(1 − ŷ), and ŷ(1 − ŷ) is nearly 0 where a sigmoid is sure.",
            "cross-entropy는 ŷ − t를 전달합니다. 제곱 오차 n개의 평균은 2/n · (ŷ − t) · ŷ(1 − ŷ)를 "
            "전달하는데, sigmoid가 확신하는 곳에서는 ŷ(1 − ŷ)가 0에 가깝습니다.",
        ),
        [
            ("softmax with cross-entropy", "softmax와 cross-entropy"),
            ("sigmoid with squared error", "sigmoid와 제곱 오차"),
        ],
        "",
    )
