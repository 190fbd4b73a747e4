"""The face for resellers' programs: OCTO, as docs/octo.md says."""
