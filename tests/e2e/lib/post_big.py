"""Posts calls that bring many rows each, all at the same moment.

post_big.py PORT SOURCE SECRET NAME CALLS ROWS: ids NAME<call>-<row>; prints how many were answered how.
"""
import http.client
import json
import sys
import threading

port, source, secret, name, calls, rows = sys.argv[1:]
statuses = {}
lock = threading.Lock()
together = threading.Barrier(int(calls))


def ask(conn, body):
    """The status of the answer; 0: cut off, as who sends too slowly on a busy machine is."""
    try:
        conn.request("POST", "/hooks/" + source, body, {
            "Authorization": "Bearer " + secret, "Content-Type": "application/json"})
        answer = conn.getresponse()
        answer.read()
        return answer.status
    except (http.client.RemoteDisconnected, ConnectionError):
        return 0


def post(call):
    body = json.dumps([{
        "id": "%s%d-%d" % (name, call, row), "csat": 1 + row % 5, "customer": "c%d-%d@example.ro" % (call, row),
        "comment": "Curierul a întârziat mult, la telefon nu răspunde nimeni, %d" % row}
        for row in range(int(rows))]).encode()
    conn = http.client.HTTPConnection("127.0.0.1", int(port), timeout=120)
    conn.connect()
    together.wait()
    status = ask(conn, body)
    for _ in range(5):
        if status:
            break
        status = ask(http.client.HTTPConnection("127.0.0.1", int(port), timeout=120), body)
    with lock:
        statuses[status] = statuses.get(status, 0) + 1


threads = [threading.Thread(target=post, args=(i,)) for i in range(int(calls))]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(" ".join("%d:%d" % s for s in sorted(statuses.items())))
