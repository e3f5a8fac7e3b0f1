"""The texts of pictures of networks and trainings in Korean; data, grad, loss and weight stay.

Names take no particles, since those depend on how a name ends.
"""

KOREAN = {
    # Networks: legends.
    "positive": "양수",
    "negative (dashed)": "음수(점선)",
    "width: size of the weight": "굵기: weight의 크기",
    "width: size of the gradient": "굵기: gradient의 크기",
    "labels: the largest, at most three": "이름 표시: 큰 것부터 최대 세 개",
    "on a path; width: size of its products": "경로 위의 선, 굵기: 곱의 크기",
    "in a frame: local derivative": "테두리 안: 국소 미분값",
    "In the circles data and, below it, grad: the derivative of {}.": (
        "원 안: 위는 data, 아래는 grad({}의 미분값)"
    ),
    "Upper: data. Lower: grad, the derivative of {}.": "위: data, 아래: grad({}의 미분값)",
    # Columns.
    "input": "입력",
    "hidden": "은닉층",
    "score": "점수",
    "output": "출력",
    "standardized": "표준화한 값",
    # Titles and descriptions.
    "{} weights": "weight {}개",
    "{} weights; biases are not drawn": "weight {}개 (bias는 그리지 않음)",
    "{} gradients of {}": "{1}의 gradient {0}개",
    "{} gradients of {}; biases are not drawn": "{1}의 gradient {0}개 (bias는 그리지 않음)",
    "the loss L = −log ŷ{}": "loss L = −log ŷ{}",
    "The largest: {}.": "가장 큰 것: {}.",
    "{} to {}": "{}~{}",
    "A network of {}.": "네트워크: {}.",
    "{} leads from {} to {}": "{}: {} → {}",
    "{} = {}, the chosen weight": "{} = {}, 선택한 weight",
    "{} does not depend on {}.": "{}: {}의 영향을 받지 않습니다.",
    "{} does not reach {}": "{} → {}: 경로 없음",
    "{} reaches {} along one path. Multiply along it.": ("{} → {}: 경로 하나. 따라가며 곱합니다."),
    "{} reaches {} along {} paths. Multiply along each, then add.": (
        "{} → {}: 경로 {}개. 경로마다 곱하고, 모두 더합니다."
    ),
    "The products are {}; the derivative of {} with respect to {} is {}.": (
        "곱: {}. {}의 {}에 대한 미분값: {}."
    ),
    "The weights: {}.": "weight: {}.",
    "local derivative {}": "국소 미분값 {}",
    # The ledger.
    "path": "경로",
    "product": "곱",
    "sum": "합",
    "… {} more": "… {}개 더",
    "Path {} alone would be {}: about {} times the true gradient.": (
        "경로 {}만 보면 {}: 실제 gradient의 약 {}배입니다."
    ),
    "Path {} alone would be {}: with the wrong sign.": "경로 {}만 보면 {}: 부호가 반대입니다.",
    "weight": "weight",
    # Large networks.
    "{}: {} units": "{}: 노드 {}개",
    "{}: data {}, grad up to {}": "{}: data {}, |grad| 최대 {}",
    "|grad| up to": "|grad| 최대",
    # Trainings: titles.
    "1 epoch": "1 에폭",
    "{} epochs": "{} 에폭",
    "{} after {}": "{1} 뒤: {0}",
    "loss {}": "loss {}",
    "{} of {} training rows": "학습용 {1}개 중 {0}개",
    "{} of {} validation rows": "검증용 {1}개 중 {0}개",
    "{} and {}": "{}, {}",
    "mean absolute error: {}": "평균 절대 오차 {}",
    "{} on training": "학습용 {}",
    "{} on validation": "검증용 {}",
    "engine {}": "엔진 {}",
    "{}; seeds: {}": "{}, 난수 시드: {}",
    "{}; learning rate {}": "{}, 학습률 {}",
    "Loss falls from {} to {}": "loss: {}에서 {}까지 감소",
    "Loss goes from {} to {}": "loss: {}에서 {}까지",
    "Learning rate: {} to {}": "학습률: {}에서 {}까지",
    "{} of {}": "{1}개 중 {0}개",
    "{} correct": "정답 {}",
    "{} of {} misclassified": "오답 {1}개 중 {0}개",
    "Decision regions over {}, {}": "{}, {}에 따른 결정 영역",
    "Misclassified rows": "틀리게 분류한 행",
    "No misclassified rows": "틀리게 분류한 행 없음",
    "{} parameters; {} changed most": "파라미터 {}개, 변화가 큰 것: {}",
    # Trainings: axes and legends.
    "epoch": "에폭",
    "solid: train · dashed: validation": "실선: 학습용 · 점선: 검증용",
    "of the standardized target": "표준화한 목푯값 기준",
    "uniform guess": "균등한 무작위 예측",
    "predicted": "예측",
    "true": "실제",
    "true: {}": "모양: 실제 종류 {}",
    "fill: predicted class": "채운 색: 예측",
    "fill: predicted class; orange outline: wrong": "채운 색: 예측, 주황 테두리: 오답",
    "background: other features at their means": "배경: 다른 특성이 평균일 때의 예측",
    "{} → {}, p = {}": "{} → {}, 확률 {}",
    "train {}": "학습용 {}번",
    "validation {}": "검증용 {}번",
    "true {}": "실제 {}",
    "R² {}": "R² {}",
    "mean absolute error {}": "평균 절대 오차 {}",
    "Mean absolute error {}": "평균 절대 오차 {}",
    "{}, validation {}": "{}, 검증용 {}",
    "true − predicted": "실제 − 예측",
    "predicted {} ({})": "예측 {} ({})",
    "train": "학습용",
    "validation": "검증용",
}
