"""Posts one answer a call, many calls at once, and writes down each that was acknowledged.

post.py PORT SOURCE SECRET FIRST COUNT THREADS ACKS: ids P<FIRST>… to ACKS, one a line. Each call
is made until it is answered, as services do; the end is when the server is gone.
"""
import http.client
import sys
import threading

port, source, secret, first, count, threads, acks = sys.argv[1:]
lock = threading.Lock()
left = list(range(int(first), int(first) + int(count)))
statuses = {}
out = open(acks, "a", buffering=1)


def work():
    conn = http.client.HTTPConnection("127.0.0.1", int(port), timeout=30)
    while True:
        with lock:
            if not left:
                return
            number = left.pop()
        body = '{"id":"P%d","csat":%d,"comment":"Curierul a întârziat, dziękuję %d"}' % (
            number, 1 + number % 5, number)
        try:
            conn.request("POST", "/hooks/" + source, body.encode(), {
                "Authorization": "Bearer " + secret, "Content-Type": "application/json"})
            answer = conn.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return
        with lock:
            statuses[answer.status] = statuses.get(answer.status, 0) + 1
            if answer.status == 200:
                out.write("P%d\n" % number)


all_of_them = [threading.Thread(target=work) for _ in range(int(threads))]
for t in all_of_them:
    t.start()
for t in all_of_them:
    t.join()
print(" ".join("%d:%d" % s for s in sorted(statuses.items())))
