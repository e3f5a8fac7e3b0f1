# How does ŷ1 change with w17? Over three paths: multiply along each, then add.
from autograd import explore, gradients, paths
from nn import MLP, Data, draw_network

flower = [-0.42, 1.01, -1.38, -1.32]  # four measures of an Iris setosa, standardized
model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
y1 = model.probabilities(flower)[0]

for path in paths(y1, model["w17"]):
    print(path)
print("sum:", gradients(y1, [model["w17"]])[0])

draw_network(model, flower, highlight="w17")
explore(model, Data([flower], [0]))  # under Paths the page has the same three, of ŷ1 and w17
