"""The layers as CDK knows them: what the bundling made, under a hash of its sources.
No pip and no file is touched here beyond naming them."""

from __future__ import annotations

import platform

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.bundling import Layer, Layers
from infra.config import ROOT, Cell

RUNTIME = lambda_.Runtime.PYTHON_3_13
NOT_CODE = ["__pycache__", "*.py[cod]", "*.egg-info", "event.json"]


def architecture(cell: Cell) -> lambda_.Architecture:
    """arm64 costs a fifth less; the local cloud runs functions on the machine it stands on."""
    if cell.host_architecture and platform.machine() in ("x86_64", "AMD64"):
        return lambda_.Architecture.X86_64
    return lambda_.Architecture.ARM_64


class FunctionLayers(Construct):
    """`runtime` (third parties), `dunning` (the library), `templates`: all functions share them.
    `documents`, the readers of foreign files, is for the one function that opens any; `payments`,
    the providers' packages, for those that speak with one; `api`, the models of bodies, for those
    that answer billing systems; `pdf`, Typst and fonts, for the one that prints."""

    def __init__(self, scope: Construct, construct_id: str, *, cell: Cell, layers: Layers) -> None:
        super().__init__(scope, construct_id)
        self._architecture = architecture(cell)
        self.all: list[lambda_.ILayerVersion] = [
            self._version("Runtime", _code(layers.runtime(host=cell.host_architecture))),
            self._version("Dunning", source_code("layers/dunning")),
            self._version("Templates", _code(layers.templates())),
        ]
        documents = _code(layers.documents(host=cell.host_architecture))
        self.with_documents = [*self.all, self._version("Documents", documents)]
        payments = _code(layers.payments(host=cell.host_architecture))
        self.with_payments = [*self.all, self._version("Payments", payments)]
        api = _code(layers.api(host=cell.host_architecture))
        self.with_api = [*self.all, self._version("Api", api)]
        pdf = _code(layers.pdf(host=cell.host_architecture))
        self.with_pdf = [*self.all, self._version("Pdf", pdf)]

    def _version(self, construct_id: str, code: lambda_.Code) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            construct_id,
            code=code,
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[self._architecture],
            # A rollback needs the version that the former template names.
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )


def _code(layer: Layer) -> lambda_.Code:
    return lambda_.Code.from_asset(
        str(layer.path),
        asset_hash=layer.digest,
        asset_hash_type=cdk.AssetHashType.CUSTOM,
    )


def source_code(folder: str) -> lambda_.Code:
    """A folder of the project as it stands, less what a test run or an editor leaves there."""
    return lambda_.Code.from_asset(
        str(ROOT / folder),
        exclude=NOT_CODE,
        ignore_mode=cdk.IgnoreMode.GIT,
    )
