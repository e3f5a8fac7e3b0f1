# The gradient of each score is its share ŷ, less 1 where it is that of the true class.
from autograd import Value, cross_entropy, draw, explore, softmax

z = [Value(1.2, label="z1"), Value(0.3, label="z2"), Value(-0.8, label="z3")]
true = 0  # the first of three classes

shares = softmax(z)
for i, share in enumerate(shares, start=1):
    share.label = f"ŷ{i}"
loss = cross_entropy(z, true)
loss.label = "loss"
loss.backward()
for score, share in zip(z, shares, strict=True):
    print(f"{share.label} = {share.data:.4f}   ∂loss/∂{score.label} = {score.grad:.4f}")

draw([loss, *shares])
explore([loss, *shares])
