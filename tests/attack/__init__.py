"""What has been tried to break access15, kept as tests.

Each module is one kind of attack: ``test_malformed`` changes good files in one place and runs them
through their readers and the command line, ``test_edges`` gives the command line odd options,
streams, folders and variables; the others bring the records, layers, services, bombs, kills and
names of the field. What all of them ask for:

* the exit code is 0 or 2; never 1, which the guard at the edge gives to what nobody foresaw;
* what is wrong is told on at most 20 lines, in our words, and nowhere as a traceback;
* nothing that was there is replaced, and nothing half made stays.

``ACCESS15_ATTACK=1000`` tries a thousand changes of each kind of file instead of a few dozen.
``fuzz.py`` is a target for atheris, which looks for inputs by itself; it is run by hand:
``python tests/attack/fuzz.py tables`` (or ``osm``, ``proposals``). What it finds is mended and put
into ``test_malformed``.
"""
