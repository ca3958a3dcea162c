"""Uses the client of docs/for-integrators.md, which is beside this file, with a clock that stands still.

Arguments: token endpoint, client id, client secret. Each line of standard input is a command: `at SECONDS` sets the
clock, `get` and `get REJECTED_TOKEN` ask for a token, `together COUNT` asks in as many threads. Each but the first prints
one line: the tokens, or the error.
"""

import sys
import threading

import tokens

clock = 1000.0
tokens.time.monotonic = lambda: clock
client = tokens.Tokens(*sys.argv[1:])


def get(found, *rejected):
    try:
        found.append(client.get(*rejected))
    except tokens.TokenError as error:
        found.append(f"error: {error}")


for line in sys.stdin:
    command, *arguments = line.split()
    found = []
    if command == "at":
        clock = float(arguments[0])
        continue
    if command == "get":
        get(found, *arguments)
    else:
        threads = [threading.Thread(target=get, args=[found]) for _ in range(int(arguments[0]))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    print(*found, flush=True)
