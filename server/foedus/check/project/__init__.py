"""The gate for projects that are not laid out as ours: any ontology, data, shapes and questions.

``configuration`` finds out which files are what, ``reading`` reads them with their places,
``stages`` proves what applies to them, ``run`` puts it together.
"""

from foedus.check.project.configuration import (
    FILE,
    Project,
    find_project,
    guess_project,
    project_of,
    write_configuration,
)
from foedus.check.project.run import check_project

__all__ = [
    "FILE",
    "Project",
    "check_project",
    "find_project",
    "guess_project",
    "project_of",
    "write_configuration",
]
