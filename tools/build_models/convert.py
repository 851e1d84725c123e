"""Weights in, ONNX models out; runs in the throw-away environment."""

from __future__ import annotations

import argparse
from pathlib import Path

from onnx import save

from tools.build_models.centernet import build_detector
from tools.build_models.efficientnet import build_classifier
from tools.build_models.torch_weights import load_weights


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("classifier", type=Path)
    parser.add_argument("detector_graph", type=Path)
    parser.add_argument("detector_weights", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    save(build_classifier(load_weights(options.classifier)), options.folder / "classifier.onnx")
    detector = build_detector(options.detector_graph, options.detector_weights)
    save(detector, options.folder / "detector.onnx")


if __name__ == "__main__":
    main()
