# tokens.py: a service that gives out access tokens and says which are good: tokens.py PORT LOG
# A refresh token is good once (refresh-N gives access-N and refresh-N+1); the newest access token is
# good, until somebody asks for /revoke.
import http.server
import json
import sys
import urllib.parse

state = {'round': 1, 'good': None}


class Tokens(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers.get('Content-Length', 0))).decode())
        said = {k: v[0] for k, v in form.items()}
        with open(sys.argv[2], 'a') as log:
            log.write('%s %s\n' % (self.path, ' '.join(sorted(said))))
        if self.path == '/token':
            n = state['round']
            if (said.get('refresh_token') != 'refresh-%d' % n or said.get('client_id') != 'opinia'
                    or said.get('client_secret') != 'own-secret'):
                return self.answer(400, {'error': 'invalid_grant'})
            state['round'], state['good'] = n + 1, 'access-%d' % n
            return self.answer(200, {'access_token': state['good'], 'expires_in': 3600,
                                     'refresh_token': 'refresh-%d' % (n + 1), 'token_type': 'Bearer'})
        if self.path == '/revoke':
            state['good'] = None
            return self.answer(200, {})
        good = said.get('token') == state['good'] and state['good'] is not None
        return self.answer(200, {'active': good, 'username': 'ana'})

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Tokens).serve_forever()
