"""Everything read from outside: files that people give, and services on the internet.

Whatever happens inside a source, only errors of `access15.errors` leave it, each with where, value,
rule and remedy:

- ``InputDataError``: a file cannot be used as it is; all its problems are told at once;
- ``NetworkDataError``, ``CrsError``: the same of streets, and of where coordinates lie;
- ``ConfigError``: the study, or how access15 is installed, does not fit what is asked for;
- ``ServiceError``: a service is gone, refuses, or answers nonsense;
- ``Access15Error`` itself: a file or a cache of ours cannot be written.

What GDAL, osmium, geopy, requests, openpyxl or Python raise about the content of a file or an
answer is turned into one of these where it is raised; anything else that leaves is a bug.
"""
