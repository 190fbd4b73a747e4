"""Every statement over files."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.operation.files.tables import files

ADD_FILE = files.insert()
GET_FILE = sa.select(files).where(files.c.id == b("file_id"))
