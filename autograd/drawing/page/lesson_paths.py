"""Stops about the paths of a weight: their factors, products and sum."""

from __future__ import annotations

from ...graph import topological_order
from .lessons import Stop
from .network_guide import FEW, FLAT, Guide


def the_post(guide: Guide) -> list[Stop]:
    return guide.stop(
        (
            "On paper one is tempted to write ∂<y>/∂<w> = k · ∂<h>/∂<w>, with k = "
            "∂<y>/∂<v>. Is that right? Guess: the next stops take it apart.",
            "종이에 풀다 보면 ∂<y>/∂<w> = k · ∂<h>/∂<w> (k = ∂<y>/∂<v>)라고 쓰기 쉽습니다. "
            "맞을까요? 짐작해 보세요. 다음 단계에서 하나씩 확인합니다.",
        ),
        1,
        (
            "k is how <y> changes with the weight <v>, but ∂<h>/∂<w> needs how <y> changes "
            "with <h> "
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
        (
            "<h>² is {data <h> * data <h> =}, and 1 minus that",
            "<h>²은 {data <h> * data <h> =}, 1에서 빼면",
        )
        if name == "tanh"
        else ("<h> times 1 − <h>", "<h>에 1 − <h>의 값을 곱하면")
    )  # fmt: skip
    return guide.stop(
        (
            f"<h> = {name}(<s>) = {{data <h>}}, and the local derivative of {name} is "
            f"∂<h>/∂<s> = {slope}. How much is it here?",
            f"<h> = {name}(<s>) = {{data <h>}}이고, {name}의 국소 미분은 ∂<h>/∂<s> = "
            f"{slope}입니다. "
            "여기서는 얼마일까요?",
        ),
        "local <h> <s>",
        (
            f"{check[0]} is {{local <h> <s>}}. The value of the forward pass is all that is "
            "needed: "
            "that is why it is kept.",
            f"{check[1]} {{local <h> <s>}}입니다. 순전파에서 구한 값만 있으면 됩니다. 그래서 "
            "그 값을 "
            "저장해 둡니다.",
        ),
        after="view=step&step=READY&node=<h>&picked=1",
    )


def one_path(guide: Guide) -> list[Stop]:
    if not guide.network.has_softmax:
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
            f"{{{local} * local <y> <z> =}}. This is the k that was asked about.",
            f"경로를 따라 국소 미분을 곱합니다: {{{local} * local <y> <z> =}}. "
            "앞에서 k라고 한 값입니다.",
        ),
        after="view=paths&node=<v>",
    )


def several_paths(guide: Guide) -> list[Stop]:
    if not (guide.is_spread and guide.network.has_softmax and len(guide.scores) <= FEW):
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
            "A local derivative is of a node by its own operand. A gradient is of the output "
            "by any "
            "node: here {grad <h>}, over {paths <h>} paths.",
            "국소 미분은 노드를 자기 피연산자로 미분한 값이고, gradient는 출력을 임의의 "
            "노드로 미분한 값입니다. 여기서는 경로 {paths <h>}개를 더해 {grad <h>}입니다.",
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
