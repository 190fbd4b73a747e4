"""Pictures that the operator uploads: logos, maps."""

from domain.operation.files.model import MOST_BYTES, MOST_PIXELS, problem_with
from domain.operation.files.pictures import add_picture, get, get_public

__all__ = ["MOST_BYTES", "MOST_PIXELS", "add_picture", "get", "get_public", "problem_with"]
