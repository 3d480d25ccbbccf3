"""mailbox.py: helpers of the mail tests: free ports, a mailbox full of answers, a proxy that cuts."""
import imaplib
import os
import random
import resource
import socket
import subprocess
import sys
import threading
import time

TEXTS = ["Coletul a ajuns târziu, dar curierul a fost amabil.", "Paczka przyszła uszkodzona, proszę o kontakt.",
         "Nu merge plata cu cardul pe site.", "Bardzo szybka odpowiedź, dziękuję!", "super, multumesc mult",
         "nie polecam, czekam dwa tygodnie na zwrot", "Am asteptat o ora si nimeni nu a raspuns."]


def ports(n):
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(n))]
    print(*[s.getsockname()[1] for s in taken])


def fill(folder, count, start):
    for sub in ("new", "cur", "tmp"):
        os.makedirs(f"{folder}/{sub}", exist_ok=True)
    if os.path.basename(folder).startswith("."):
        open(f"{folder}/maildirfolder", "w").close()
    random.seed(int(start))
    now = int(time.time())
    for i in range(int(start), int(start) + int(count)):
        at = now - 20 * 86400 + (i % 1000000) * 60
        mail = (f"Return-Path: <client{i % 700}@example.ro>\nDelivered-To: survey+s{i}.t0k3n@magazin.example\n"
                f"From: Client {i} <client{i % 700}@example.ro>\nTo: survey@magazin.example\n"
                f"Subject: Re: Cum a fost? [#{i}]\n"
                f"Date: {time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime(at))}\n"
                f"Message-ID: <m{i}@example.ro>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                f"Content-Transfer-Encoding: 8bit\n\n{1 + i % 5}\n\n{TEXTS[i % len(TEXTS)]}\n\n"
                "În vin., 20 nov. 2026 la 10:00, Suport <suport@magazin.example> a scris:\n> Cum a fost? 1 2 3 4 5\n")
        sub, end = ("cur", ":2,S" if i % 4 == 1 else ":2,") if i % 2 else ("new", "")
        path = f"{folder}/{sub}/{at}.M{i}P1.test{end}"
        with open(path, "w", encoding="utf-8") as f:
            f.write(mail)
        os.utime(path, (at, at))


def wait(port, greets="yes"):
    for _ in range(100):
        try:
            with socket.create_connection(("127.0.0.1", int(port)), 2) as s:
                if greets == "no" or s.recv(10):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit(1)


def flags(port):
    box = imaplib.IMAP4("127.0.0.1", int(port))
    box.login("ana", "parola")
    box.select("INBOX", readonly=True)
    for line in box.uid("FETCH", "1:*", "(FLAGS)")[1]:
        print(line.decode().replace("\\Recent", "").replace("( ", "(").replace(" )", ")"))
    box.logout()


def measure(what, *command):
    """Run it; on stderr its seconds and the peak memory of its largest process."""
    began = time.monotonic()
    code = subprocess.call(command, timeout=300)
    took = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{what} run: {took:.2f} s, at most {peak} MiB", file=sys.stderr)
    if peak > 512:
        print("more than 512 MiB", file=sys.stderr)
        sys.exit(1)
    sys.exit(code)


def cut(port, after):
    """A proxy: each connection ends when the server has said so many bytes."""
    server = socket.create_server(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)

    def pump(a, b, left):
        try:
            while left > 0:
                data = a.recv(min(65536, left))
                if not data:
                    break
                b.sendall(data)
                left -= len(data)
        except OSError:
            pass
        for s in (a, b):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    while True:
        client = server.accept()[0]
        behind = socket.create_connection(("127.0.0.1", int(port)))
        threading.Thread(target=pump, args=(client, behind, 1 << 40), daemon=True).start()
        threading.Thread(target=pump, args=(behind, client, int(after)), daemon=True).start()


if __name__ == "__main__":
    {"ports": ports, "fill": fill, "wait": wait, "flags": flags, "measure": measure, "cut": cut}[sys.argv[1]](*sys.argv[2:])
