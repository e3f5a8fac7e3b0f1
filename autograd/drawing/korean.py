"""The texts of pictures of graphs in Korean; data and grad stay, as they are attributes' names.

Names take no particles, since those depend on how a name ends.
"""

KOREAN = {
    # Captions.
    "square: a leaf": "네모: 잎 노드(leaf)",
    "small: a constant": "작은 네모: 상수",
    "rounded: an operation": "둥근 네모: 연산",
    "…: more is inside, which open=[name] shows": "…: 안에 더 있음, open=[이름]으로 펼침",
    "double outline: a root": "겹테두리: 미분하는 출력(root)",
    "width: size of ∂ × grad": "굵기: ∂ × grad의 크기",
    "dashed: ∂ is negative": "점선: ∂가 음수",
    "∂: local derivative of the edge that ends there": "∂: 그곳에서 끝나는 선의 국소 미분값",
    "grad: of {0}; where {0} does not depend on it, of the root named": (
        "grad: {0} 기준. {0}에 영향이 없는 노드는 적혀 있는 출력 기준"
    ),
    "pale, ·: not reached yet · so far 1/2: one part of the grad of two has come": (
        "흐림, ·: 아직 도달하지 않음 · 누적 1/2: grad를 이루는 두 항 가운데 하나만 도착"
    ),
    "so far {}/{}": "누적 {}/{}",
    "grad of {}": "grad ({} 기준)",
    "nothing to differentiate: no operation": "미분할 것 없음: 연산이 없음",
    "every gradient is 0": "모든 gradient가 0",
    "every gradient is 0; the local derivative of {} is 0": (
        "모든 gradient가 0. 국소 미분값이 0인 노드: {}"
    ),
    "the first value that is not finite: {}": "처음으로 유한하지 않은 값: {}",
    "the first local derivative that is not finite: {}": "처음으로 유한하지 않은 국소 미분값: {}",
    "{}, of {}": "{}, 피연산자 {}",
    "the first gradient that is not finite: that of {}": "처음으로 유한하지 않은 gradient: {}",
    "step {} of {} of the sweep": "역전파 {}/{}단계",
    "{}: the grad of {} is 1": "{}: {}의 grad는 1",
    "{}: {} passes ∂ × grad to each of its operands": "{}: {}, 피연산자마다 ∂ × grad를 전달",
    "no path: {} does not depend on {}": "경로 없음: {}, {}의 영향을 받지 않음",
    "1 path from {} to {}{}; they add up to {}": "{} → {}{}: 경로 1개, 합 {}",
    "{} paths from {} to {}{}; they add up to {}": "{1} → {2}{3}: 경로 {0}개, 합 {4}",
    " through {}": " ({} 경유)",
    "about 10^{}": "약 10^{}",
    # Titles and descriptions.
    "computation graph of {}": "{}의 계산 그래프",
    "{} is {}": "{} = {}",
    "1 operation": "연산 1개",
    "{} operations": "연산 {}개",
    "1 leaf": "잎 노드 1개",
    "{} leaves": "잎 노드 {}개",
    "1 constant": "상수 1개",
    "{} constants": "상수 {}개",
    "{} on {}": "{}, {}",
    "{} and {}": "{}, {}",
    "Of the leaves {} has the largest gradient: {} {}": "gradient가 가장 큰 잎 노드: {}, {} {}",
    "… {} more": "… {}개 더",
    "{} with {} inside": "{}, 안에 {}",
    "{}; local derivatives {}": "{}; 국소 미분값 {}",
    "{} to {}: local derivative {}; times {} {}": "{} → {}: 국소 미분값 {}, 곱할 {} {}",
    # The summary of a large graph.
    "{}, in summary": "{} 요약",
    "{} nodes, {} edges, drawn as {} groups: one for each operation at each "
    "distance from the root": (
        "노드 {}개, 선 {}개를 {}개로 묶음: 연산과 출력까지의 거리별로 하나씩"
    ),
    "{} nodes, {} edges, drawn as {} groups: one for each operation at each {} distances": (
        "노드 {}개, 선 {}개를 {}개로 묶음: 연산과 출력까지의 거리({} 간격)별로 하나씩"
    ),
    "×480: how many · width: the gradient that flows, in all": (
        "×480: 개수 · 굵기: 흐르는 gradient의 합"
    ),
    "|grad| up to": "|grad| 최대",
    "∂ within ×{}": "내부 ∂ ×{}",
    "{} to {}: {}": "{} → {}: {}",
    "{} not finite": "유한하지 않음 {}개",
}
