"""The networks' files: found, checked, made smaller without a change of their answers."""

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as tflite

from runclinic import paths
from runclinic.demo import runner
from runclinic.refused import Refused
from runclinic.video import pose_network
from runclinic.video.pose_network import LANDMARKS, POINTS, Network, only_first_answers, weights

SHAPE = (1, 2, 2, 3)


def a_network_file(answers=3):
    """A real network file: answer 0 is the input's sigmoid, each further one that of the answer before."""
    model = tflite.ModelT()
    model.version = 3
    code = tflite.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = tflite.BuiltinOperator.LOGISTIC
    graph = tflite.SubGraphT()
    graph.tensors, graph.operators = [], []
    for number in range(answers + 1):
        tensor = tflite.TensorT()
        tensor.shape, tensor.type, tensor.buffer, tensor.name = (
            SHAPE,
            tflite.TensorType.FLOAT32,
            0,
            f"t{number}",
        )
        graph.tensors.append(tensor)
    for number in range(answers):
        operator = tflite.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = 0, [number], [number + 1]
        graph.operators.append(operator)
    graph.inputs, graph.outputs = [0], list(range(1, answers + 1))
    model.operatorCodes, model.subgraphs, model.buffers = [code], [graph], [tflite.BufferT()]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def read(content):
    return tflite.Model.GetRootAs(content, 0).Subgraphs(0)


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_a_smaller_file_gives_the_same_first_answers_with_less_work(kept):
    whole = a_network_file()
    less = only_first_answers(whole, kept)
    assert read(less).OutputsLength() == read(less).OperatorsLength() == kept
    picture = np.linspace(-2, 2, 12, dtype=np.float32).reshape(SHAPE)
    assert np.array_equal(Network(less).run(picture)[SHAPE], sigmoid(picture, kept))


def sigmoid(picture, times):
    for _ in range(times):
        picture = Network(only_first_answers(a_network_file(), 1)).run(picture)[SHAPE]
    return picture


def test_answers_that_are_all_wanted_leave_the_file_as_it_is():
    whole = a_network_file(2)
    assert only_first_answers(whole, 2) is whole


def test_the_points_are_those_of_the_drawn_runner():
    assert POINTS == runner.POINTS
    assert len(set(POINTS)) == 33


def test_missing_weights_are_said_in_words(tmp_path):
    with pytest.raises(Refused) as refused:
        weights(version=1, folder=tmp_path)
    assert "pose_detection.tflite is not there" in str(refused.value)
    assert "dev.py weights" in refused.value.do
    assert "by hand" in refused.value.do


def test_other_bytes_than_the_tested_ones_are_refused(tmp_path):
    (tmp_path / "pose_detection.tflite").write_bytes(a_network_file())
    with pytest.raises(Refused, match=r"pose_detection\.tflite is not the file that was tested"):
        weights("full", version=1, folder=tmp_path)


@pytest.fixture
def tested(monkeypatch, tmp_path):
    """A folder for weight files, and a list of tested files that our small one is on."""
    content = a_network_file()
    marks = {
        name: pose_network.hashlib.sha256(content).hexdigest()
        for name in ("pose_detection.tflite", *(LANDMARKS.format(each) for each in pose_network.NAMES))
    }
    listed = pose_network._Weights(
        tuple(pose_network._Weight(name, "what", mark) for name, mark in marks.items())
    )
    monkeypatch.setattr(pose_network.resources, "decode", lambda *_: listed)
    (tmp_path / "pose_detection.tflite").write_bytes(content)

    def put(*names):
        for name in names:
            (tmp_path / LANDMARKS.format(name)).write_bytes(content)
        return tmp_path

    return put


@pytest.mark.parametrize(
    ("there", "asked", "chosen", "said"),
    [
        (("heavy", "full"), None, "heavy", False),
        (("full",), None, "full", True),
        (("heavy", "full"), "full", "full", False),
    ],
)
def test_the_better_network_is_used_where_it_is_there(tested, there, asked, chosen, said):
    found = weights(asked, version=4, folder=tested(*there))
    assert found.model.name == chosen
    assert found.model.version == 4
    assert ("pose_landmark_heavy.tflite is not there" in "".join(found.warnings)) == said


def test_what_was_asked_for_is_never_silently_replaced(tested):
    with pytest.raises(Refused, match=r"pose_landmark_heavy\.tflite is not there"):
        weights("heavy", version=1, folder=tested("full"))


def test_the_model_names_the_very_files(tested):
    found = weights("full", version=1, folder=tested("full"))
    assert [name for name, _ in found.model.files] == ["pose_detection.tflite", "pose_landmark_full.tflite"]
    assert found.model.files[-1][1][:8] in found.model.label


def test_the_list_of_weights_names_every_file_that_is_read():
    listed = pose_network.resources.decode("weights.toml", pose_network._Weights)
    wanted = {"pose_detection.tflite", *(LANDMARKS.format(name) for name in pose_network.NAMES)}
    assert {weight.name for weight in listed.weights} == wanted


@pytest.mark.slow
def test_the_real_networks_answer_the_same_when_made_smaller():
    picture = np.random.default_rng(5).random((1, 256, 256, 3), dtype=np.float32)
    for name in pose_network.NAMES:
        content = (paths.weights() / LANDMARKS.format(name)).read_bytes()
        whole, less = Network(content).run(picture), Network(only_first_answers(content, 2)).run(picture)
        assert set(less) == {(1, 195), (1, 1)}
        assert all(np.array_equal(less[shape], whole[shape]) for shape in less)
