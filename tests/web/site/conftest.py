"""The site over the release of the content, in this process: real engine, real templates."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from foedus.content.texts import Texts
from foedus.engine.embedded import EmbeddedEngine
from foedus.engine.limits import Limits
from foedus.release import Release
from foedus.web import Settings, create_app

from .trees import Element, read


@pytest.fixture(scope="session")
def engine(release: Release) -> EmbeddedEngine:
    return EmbeddedEngine.load(release.dataset_path, limits=Limits(query_characters=10_000_000))


def application(release: Release, engine: EmbeddedEngine, texts: Path, *, shown: bool) -> Flask:
    settings = Settings(public="http://foedus.example", show_passages=shown)
    return create_app(
        release,
        evaluator=engine,
        reader=engine,
        texts=Texts(texts),
        settings=settings,
        cacheable=True,
    )


@pytest.fixture(scope="session")
def reading(release: Release, engine: EmbeddedEngine, articles_dir: Path) -> FlaskClient:
    """A reader of a server that was asked to show the texts."""
    return application(release, engine, articles_dir, shown=True).test_client()


@pytest.fixture(scope="session")
def public(release: Release, engine: EmbeddedEngine, articles_dir: Path) -> FlaskClient:
    """A reader of a server that has the texts and was not asked to show them."""
    return application(release, engine, articles_dir, shown=False).test_client()


@pytest.fixture
def visit(public: FlaskClient) -> Callable[..., Element]:
    """The page at a path, as a tree."""

    def visit(path: str, **headers: str) -> Element:
        named = {"Accept": "text/html", **{n.replace("_", "-"): v for n, v in headers.items()}}
        response = public.get(path, headers=named)
        assert response.status_code == 200, (path, response.status_code)
        return read(response.get_data(as_text=True))

    return visit
