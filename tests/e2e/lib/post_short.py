"""Posts calls to a server whose allocations fail, one after the other, and says what it heard.

post_short.py PORT SECRET LEFT: LEFT is nomem.c's file. Each kind of call is made with its first allocation
failing, then its second, until one is answered before its turn comes. What is not the caller's fault
must not be told so: 503 or no answer at all, and the same call again is answered as it should be. Prints how
many answers that landed, and how often memory was said to be short.
"""
import hashlib
import hmac
import base64
import http.client
import mmap
import struct
import sys
import time

port, secret, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
held = open(path, "r+b")
left = mmap.mmap(held.fileno(), 8)
JSON = {"Content-Type": "application/json"}


def fail_after(n):
    left[0:8] = struct.pack("q", n)


def post(source, headers, body):
    conn = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        conn.request("POST", "/hooks/" + source, body, headers)
        answer = conn.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        conn.close()


def bearer(headers, body, key=secret):
    return "shown", dict(headers, Authorization="Bearer " + key), body.encode()


def sha1(n):
    body = b'{"id":"S%d","csat":4}' % n
    mac = hmac.new(secret.encode(), body, hashlib.sha1).digest()
    return "signed", dict(JSON, **{"Sm-Signature": base64.b64encode(mac).decode()}), body


def standard(n):
    body, now = b'{"id":"T%d","csat":4}' % n, str(int(time.time()))
    mac = hmac.new(base64.b64decode("YmFzZTY0LWtleS1vZi0yNC1ieXRlcy0u"), b"msg%d.%s.%s" % (n, now.encode(), body),
                   hashlib.sha256).digest()
    return "standard", dict(JSON, **{"webhook-id": "msg%d" % n, "webhook-timestamp": now,
                                     "webhook-signature": "v1," + base64.b64encode(mac).decode()}), body


# what is sent, and how it is answered when memory is not short
KINDS = [
    ("json", 200, lambda n: bearer(JSON, '{"id":"J%d","csat":4,"comment":"Curierul a întârziat iar"}' % n)),
    ("json that the library reads", 200, lambda n: bearer(JSON, '{"id":"L%d","csat":4,"x":1.5e3}' % n)),
    ("a long body", 200, lambda n: bearer(JSON, '{"id":"B%d","csat":4,"x":"%s"}' % (n, "x" * 100000))),
    ("a form", 200, lambda n: bearer({"Content-Type": "application/x-www-form-urlencoded"},
                                     "id=F%d&csat=4&comment=przesy%%C5%%82ka" % n)),
    ("an event", 200, lambda n: bearer({"Content-Type": "application/cloudevents+json"},
                                       '{"specversion":"1.0","id":"e%d","source":"/shop","type":"rating",'
                                       '"data":{"id":"E%d","csat":5}}' % (n, n))),
    ("sha1", 200, sha1),
    ("standard", 200, standard),
    ("no json", 400, lambda n: bearer(JSON, '{"id":"N1","csat":')),
    ("an item that is none", 200, lambda n: bearer(JSON, '[{"id":"A%d","csat":9}]' % n)),
    ("another secret", 401, lambda n: bearer(JSON, '{"id":"X1","csat":4}', "someone-else")),
]

landed = short = 0
for name, right, make in KINDS:
    n = 0
    while True:
        source, headers, body = make(n)
        fail_after(n)
        got = post(source, headers, body)
        waiting = struct.unpack("q", left[0:8])[0] >= 0
        fail_after(-1)
        short += got == 503
        if got not in (right, 503, 0):
            sys.exit("%s, allocation %d: %d, wanted %d or 503" % (name, n, got, right))
        if got != right and post(source, headers, body) != right:
            sys.exit("%s, allocation %d: sent again it is no %d" % (name, n, right))
        landed += right == 200 and name[:2] != "an" or name == "an event"
        n += 1
        if waiting and n > 3:
            break
        if n == 2000:
            sys.exit("%s: no end" % name)
print(landed, short)
