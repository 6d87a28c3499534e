import pytest
import scipy

from topline.stats.method import Method, library_version


def test_library_is_named_with_its_version() -> None:
    assert library_version("scipy") == f"scipy {scipy.__version__}"


def test_equal_methods_are_one_key() -> None:
    method = Method("Wilson interval", (("level", 0.95),), "scipy 1.17.1")
    assert {method: "row"}[Method("Wilson interval", (("level", 0.95),), "scipy 1.17.1")] == "row"
    assert dict(method.options)["level"] == pytest.approx(0.95)
