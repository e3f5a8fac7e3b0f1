# XOR: no straight line parts its corners, so a hidden layer has to learn to.
from nn import MLP, Adam, Data, binary_cross_entropy, draw_network, predict, train

corners = Data([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
model = MLP(2, [4, 1], activation="tanh", seed=0)
optimizer = Adam(model.parameters(), lr=0.1)
history = train(model, corners, binary_cross_entropy, optimizer, epochs=100)
print(predict(model, corners.rows))

draw_network(model, [1.0, 0.0])
history.explore()
