#!/usr/bin/env python3
"""One step of a GRU-32 with its readout in ONNX Runtime: the state goes in and comes out."""
import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import worker

HIDDEN = 32


def model():
    random = numpy.random.default_rng(1)

    def weights(name, *shape):
        values = random.uniform(-1, 1, shape).astype(numpy.float32) / HIDDEN ** 0.5
        return numpy_helper.from_array(values, name)
    state = [1, 1, HIDDEN]
    nodes = [
        helper.make_node("GRU", ["x", "W", "R", "B", "", "h"], ["", "h_next"],
                         hidden_size=HIDDEN, linear_before_reset=1),
        helper.make_node("Reshape", ["h_next", "row"], ["features"]),
        helper.make_node("Gemm", ["features", "V", "v"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes, "step",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 1]),
         helper.make_tensor_value_info("h", TensorProto.FLOAT, state)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1]),
         helper.make_tensor_value_info("h_next", TensorProto.FLOAT, state)],
        [weights("W", 1, 3 * HIDDEN, 1), weights("R", 1, 3 * HIDDEN, HIDDEN),
         weights("B", 1, 6 * HIDDEN), weights("V", HIDDEN, 1), weights("v", 1),
         numpy_helper.from_array(numpy.array([1, HIDDEN], numpy.int64), "row")])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(made)
    return made.SerializeToString()


def session():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model(), options, providers=["CPUExecutionProvider"])


def plain():
    """Arrays in, arrays out."""
    step, x = session(), numpy.full((1, 1, 1), 0.5, numpy.float32)
    h = numpy.zeros((1, 1, HIDDEN), numpy.float32)

    def run():
        nonlocal h
        _, h = step.run(None, {"x": x, "h": h})
    return run


def bound():
    """The same buffers bound once, the state by turns: the least that a call can cost."""
    step = session()
    value = onnxruntime.OrtValue.ortvalue_from_numpy
    x = value(numpy.full((1, 1, 1), 0.5, numpy.float32))
    y = value(numpy.zeros((1, 1), numpy.float32))
    states = [value(numpy.zeros((1, 1, HIDDEN), numpy.float32)) for _ in range(2)]
    bindings = []
    for here, there in ((0, 1), (1, 0)):
        binding = step.io_binding()
        binding.bind_ortvalue_input("x", x)
        binding.bind_ortvalue_input("h", states[here])
        binding.bind_ortvalue_output("y", y)
        binding.bind_ortvalue_output("h_next", states[there])
        bindings.append(binding)
    turn = 0

    def run():
        nonlocal turn
        step.run_with_iobinding(bindings[turn])
        turn = 1 - turn
    return run


if __name__ == "__main__":
    worker.serve({"onnxruntime": onnxruntime.__version__}, {
        "step gru-32": plain(), "step gru-32, bound": bound()})
