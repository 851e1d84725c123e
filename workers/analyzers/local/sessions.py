"""ONNX models as sessions with a bounded number of threads."""

from __future__ import annotations

from pathlib import Path

import onnxruntime


class ModelMissingError(RuntimeError):
    """A model file is not where it should be: the set-up has not been run."""


def open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """Load a model for the processor; raises ModelMissingError."""
    if not path.is_file():
        raise ModelMissingError(f"{path.name} is not in {path.parent}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Waiting threads sleep: they would take the cores from the web server.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The arena keeps the largest tensors of the largest input for good.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(
        str(path), sess_options=options, providers=["CPUExecutionProvider"]
    )
