/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_link.c: see imap_link.h. A password goes by AUTH=PLAIN where the server has it (inside of
 * TLS, so nothing is gained by others, and curl would prefer Kerberos or NTLM to it for names with
 * an @), else by whatever both know, LOGIN last.
 */
#include "collector/imap_link.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <openssl/x509.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

#include "collector/http_inside.h"
#include "core/buf.h"
#include "core/utf8.h"
#include "core/i18n.h"

enum { CONNECT_MS = 20000, SAID_MAX = 200 };

struct imap_link {
	CURLM *multi;
	CURL *easy;
	const struct cancel *cancel;
	int64_t timeout_ms;
	struct http_guard guard;
	bool loopback_only, not_loopback; /* tls = none; an address was another */
	char place[IMAP_PLACE_MAX];
	char said[SAID_MAX]; /* the server's last NO, BAD or BYE */
	bool has_plain;	     /* AUTH=PLAIN was offered */
	curl_socket_t fd;
};

/* ---- what curl calls back ---------------------------------------------------------------- */

static bool is_loopback(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)(const void *)a)
				     ->sin_addr.s_addr) >>
			       24 ==
		       127;
	return a->sa_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(
		       &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr);
}

static curl_socket_t open_socket(void *self, curlsocktype purpose,
				 struct curl_sockaddr *a)
{
	struct imap_link *l = self;
	int fd;

	if (purpose != CURLSOCKTYPE_IPCXN)
		return CURL_SOCKET_BAD;
	if (l->loopback_only && !is_loopback(&a->addr)) {
		l->not_loopback = true;
		return CURL_SOCKET_BAD;
	}
	fd = http_guard_socket(&l->guard, &a->addr, a->socktype, a->protocol);
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static bool has(struct sv line, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= line.n; i++)
		if (strncasecmp(line.p + i, word, n) == 0)
			return true;
	return false;
}

/* The server's lines until we are in: what it refuses with, and what it offers. */
static size_t hear(char *p, size_t size, size_t n, void *self)
{
	struct imap_link *l = self;
	struct sv line = sv_trim((struct sv){ p, size * n }), rest = line, word;

	if (has(line, "AUTH=PLAIN"))
		l->has_plain = true;
	sv_cut(&rest, ' ');
	word = sv_cut(&rest, ' ');
	if (sv_ieq(word, SV("NO")) || sv_ieq(word, SV("BAD")) ||
	    sv_ieq(word, SV("BYE"))) {
		struct buf tame;

		buf_init(&tame, SAID_MAX - 1);
		utf8_tame(sv_sub(rest, 0, SAID_MAX / 2), &tame);
		memcpy(l->said, tame.p ? tame.p : "", tame.n);
		l->said[tame.n] = 0;
		buf_release(&tame);
	}
	return size * n;
}

/* ---- what went wrong, for people --------------------------------------------------------- */

static int distrusted(const struct imap_link *l, struct err *err)
{
	long why = X509_V_OK;

	curl_easy_getinfo(l->easy, CURLINFO_SSL_VERIFYRESULT, &why);
	if (why == X509_V_OK)
		return err_set(err, ERR_CONFIG,
			       "the certificate of %s is for another name: use the name "
			       "that is in its certificate",
			       l->place);
	return err_set(
		err, ERR_CONFIG,
		"the certificate of %s is not to be trusted (%s); if the authority "
		"is your own, its certificate belongs into `ca_file`",
		l->place, X509_verify_cert_error_string(why));
}

static int refused_login(const struct imap_link *l, struct err *err)
{
	struct sv said = sv_of(l->said);

	if (has(said, "[UNAVAILABLE]") || has(said, "[INUSE]") || has(said, "[LIMIT]"))
		return err_set(err, ERR_AGAIN, "%s cannot log anybody in now: %s",
			       l->place, l->said);
	return err_set(err, ERR_CONFIG,
		       "%s refuses the login: is the user right, and what stands in the "
		       "file of the secret?%s%s",
		       l->place, said.n ? _(" It says: ") : "", l->said);
}

static int no_connection(const struct imap_link *l, struct err *err)
{
	long no = 0;

	if (l->not_loopback)
		return err_set(err, ERR_CONFIG,
			       "%s: `tls = none` is for this machine only (127.0.0.1, "
			       "::1); `tls = starttls` for others",
			       l->place);
	if (l->guard.refused && !l->guard.opened)
		return http_guard_said(&l->guard, l->place, err);
	curl_easy_getinfo(l->easy, CURLINFO_OS_ERRNO, &no);
	return err_set(err, ERR_UNAVAILABLE, "%s cannot be reached: %s", l->place,
		       no ? strerror((int)no) : "no connection came about");
}

static int failed(const struct imap_link *l, CURLcode code, struct err *err)
{
	static const struct {
		CURLcode code;
		enum err_code says;
		const char *text;
	} rows[] = {
		/* clang-format off */
		{ CURLE_COULDNT_RESOLVE_HOST, ERR_UNAVAILABLE, "there is no host %s, or no name server answers" },
		{ CURLE_OPERATION_TIMEDOUT, ERR_UNAVAILABLE, "%s does not answer, or too slowly" },
		{ CURLE_WEIRD_SERVER_REPLY, ERR_UNAVAILABLE, "%s answers, but not in IMAP: is the port right?" },
		{ CURLE_RECV_ERROR, ERR_UNAVAILABLE, "%s broke the connection off before the login" },
		{ CURLE_SEND_ERROR, ERR_UNAVAILABLE, "%s broke the connection off before the login" },
		{ CURLE_GOT_NOTHING, ERR_UNAVAILABLE, "%s broke the connection off before the login" },
		{ CURLE_USE_SSL_FAILED, ERR_CONFIG,
		  "%s offers no STARTTLS, and without TLS nothing is sent: an imaps:// address may be right" },
		{ CURLE_SSL_CONNECT_ERROR, ERR_UNAVAILABLE, "no TLS with %s: is the port right, and does it speak TLS 1.2?" },
		{ CURLE_SSL_CACERT_BADFILE, ERR_CONFIG, "no certificates of authorities to check %s with" },
		{ CURLE_URL_MALFORMAT, ERR_CONFIG, "%s is no address: imaps://HOST or imap://HOST is wanted" },
		{ CURLE_OUT_OF_MEMORY, ERR_SYSTEM, "%s: out of memory" },
		/* clang-format on */
	};

	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return distrusted(l, err);
	if (code == CURLE_LOGIN_DENIED || code == CURLE_AUTH_ERROR)
		return refused_login(l, err);
	if (code == CURLE_COULDNT_CONNECT)
		return no_connection(l, err);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].code == code)
			return err_set(err, rows[i].says, rows[i].text, l->place);
	return err_set(err, ERR_UNAVAILABLE, "%s: %s%s%s", l->place,
		       curl_easy_strerror(code), l->said[0] ? ": " : "", l->said);
}

/* ---- opening ----------------------------------------------------------------------------- */

static bool has_part(CURLU *u, CURLUPart part)
{
	char *text = NULL;
	bool has = !curl_url_get(u, part, &text, 0) && text[0] && strcmp(text, "/") != 0;

	curl_free(text);
	return has;
}

/* Into @out, which has a ceiling. */
static bool put_part(CURLU *u, CURLUPart part, struct buf *out)
{
	char *text = NULL;
	bool fine = !curl_url_get(u, part, &text, CURLU_DEFAULT_PORT);

	if (fine)
		buf_str(out, text);
	curl_free(text);
	return fine;
}

int imap_link_url(const char *url, char place[IMAP_PLACE_MAX], struct err *err)
{
	CURLU *u = curl_url();
	bool imap = strncmp(url, "imap://", 7) == 0 || strncmp(url, "imaps://", 8) == 0;
	bool fine = u && imap && !curl_url_set(u, CURLUPART_URL, url, 0);
	struct buf b;

	buf_init(&b, IMAP_PLACE_MAX - 1);
	fine = fine && !has_part(u, CURLUPART_USER) && !has_part(u, CURLUPART_PATH) &&
	       put_part(u, CURLUPART_HOST, &b);
	buf_char(&b, ':');
	fine = fine && put_part(u, CURLUPART_PORT, &b) && buf_ok(&b);
	place[0] = 0;
	if (fine)
		memcpy(place, b.p, b.n + 1);
	buf_release(&b);
	curl_url_cleanup(u);
	return fine ? 0
		    : err_set(err, ERR_CONFIG,
			      "imaps://HOST, imaps://HOST:PORT or imap://HOST is wanted");
}

static bool prepare_login(CURL *c, const struct imap_link_options *o, bool any)
{
	CURLcode bad = curl_easy_setopt(c, CURLOPT_USERNAME, o->user);

	if (o->token) {
		bad |= curl_easy_setopt(c, CURLOPT_XOAUTH2_BEARER, o->secret);
		bad |= curl_easy_setopt(c, CURLOPT_LOGIN_OPTIONS,
					"AUTH=OAUTHBEARER;AUTH=XOAUTH2");
		return bad == CURLE_OK;
	}
	bad |= curl_easy_setopt(c, CURLOPT_PASSWORD, o->secret);
	bad |= curl_easy_setopt(c, CURLOPT_LOGIN_OPTIONS, any ? NULL : "AUTH=PLAIN");
	return bad == CURLE_OK;
}

static bool prepare(struct imap_link *l, const struct imap_link_options *o, bool any)
{
	CURL *c = l->easy;
	long ms = (long)l->timeout_ms;
	CURLcode bad = curl_easy_setopt(c, CURLOPT_URL, o->url);

	bad |= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "imap,imaps");
	bad |= curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_PROXY, "");
	bad |= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
				ms < CONNECT_MS ? ms : (long)CONNECT_MS);
	bad |= curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, ms);
	bad |= curl_easy_setopt(c, CURLOPT_USE_SSL,
				o->no_tls ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	bad |= curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (o->ca_file) {
		bad |= curl_easy_setopt(c, CURLOPT_CAINFO, o->ca_file);
		bad |= curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	}
	bad |= curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	bad |= curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, l);
	bad |= curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, hear);
	bad |= curl_easy_setopt(c, CURLOPT_HEADERDATA, l);
	bad |= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, hear);
	bad |= curl_easy_setopt(c, CURLOPT_WRITEDATA, l);
	return bad == CURLE_OK && prepare_login(c, o, any);
}

static bool came(const struct imap_link *l, CURLINFO what)
{
	curl_off_t us = 0;

	curl_easy_getinfo(l->easy, what, &us);
	return us > 0;
}

static void tell_reached(const struct imap_link *l, const struct imap_link_options *o,
			 CURLcode code, struct imap_reached *r)
{
	char *ip = NULL;

	*r = (struct imap_reached){ .named = came(l, CURLINFO_NAMELOOKUP_TIME_T),
				    .connected = came(l, CURLINFO_CONNECT_TIME_T) };
	r->secured = came(l, CURLINFO_APPCONNECT_TIME_T);
	r->logged_in = code == CURLE_OK;
	if (r->logged_in && !o->no_tls)
		r->secured = true;
	memcpy(r->place, l->place, sizeof(r->place));
	curl_easy_getinfo(l->easy, CURLINFO_PRIMARY_IP, &ip);
	if (ip && strlen(ip) < sizeof(r->address))
		memcpy(r->address, ip, strlen(ip) + 1);
}

static int log_in(struct imap_link *l, const struct imap_link_options *o,
		  struct imap_reached *reached, struct err *err)
{
	int code = CURLE_OK, rc = 0;

	for (int any = 0; any < 2; any++) {
		if (!prepare(l, o, any))
			return err_set(err, ERR_SYSTEM, "out of memory");
		/* the handle stays in the multi, which owns the connection */
		rc = http_run(l->multi, l->easy, l->cancel, &code, err);
		if (!rc && reached)
			tell_reached(l, o, (CURLcode)code, reached);
		if (rc || code != CURLE_LOGIN_DENIED || l->has_plain || o->token)
			break;
		curl_multi_remove_handle(l->multi, l->easy);
	}
	if (!rc && code)
		rc = failed(l, (CURLcode)code, err);
	if (!rc && (curl_easy_getinfo(l->easy, CURLINFO_ACTIVESOCKET, &l->fd) ||
		    l->fd == CURL_SOCKET_BAD))
		rc = err_set(err, ERR_UNAVAILABLE, "%s broke the connection off",
			     l->place);
	return rc;
}

int imap_link_open(struct imap_link **out, const struct imap_link_options *o,
		   struct imap_reached *reached, struct err *err)
{
	struct imap_link *l = NULL;
	int rc = 0;

	*out = NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		l = calloc(1, sizeof(*l));
	if (!l)
		return err_set(err, ERR_SYSTEM, "out of memory");
	l->fd = CURL_SOCKET_BAD;
	l->multi = curl_multi_init();
	l->easy = curl_easy_init();
	l->cancel = o->cancel;
	l->timeout_ms = o->timeout_ms;
	l->guard.private_ok = o->private_ok;
	l->loopback_only = o->no_tls;
	if (!l->multi || !l->easy)
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc)
		rc = imap_link_url(o->url, l->place, err);
	if (!rc && o->no_tls && strncmp(o->url, "imaps:", 6) == 0)
		l->loopback_only = false; /* it has TLS anyway */
	if (!rc)
		rc = log_in(l, o, reached, err);
	if (rc) {
		imap_link_close(l);
		return rc;
	}
	*out = l;
	return 0;
}

const char *imap_link_place(const struct imap_link *l)
{
	return l->place;
}

/* The socket is shut before curl hears of it: its own LOGOUT would wait for a mute server. */
void imap_link_close(struct imap_link *l)
{
	static const char logout[] = "bye LOGOUT\r\n";
	size_t n;

	if (!l)
		return;
	if (l->fd != CURL_SOCKET_BAD) {
		curl_easy_send(l->easy, logout, sizeof(logout) - 1, &n);
		shutdown(l->fd, SHUT_RDWR);
	}
	if (l->multi && l->easy)
		curl_multi_remove_handle(l->multi, l->easy);
	curl_easy_cleanup(l->easy);
	curl_multi_cleanup(l->multi);
	free(l);
}

/* ---- bytes ------------------------------------------------------------------------------- */

static int64_t monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Until the socket can be read (written), @until, or cancel. *ready false: time is over. */
static int wait_for(const struct imap_link *l, short events, int64_t until, bool *ready,
		    struct err *err)
{
	struct pollfd p[2] = { { .fd = l->fd, .events = events },
			       { .fd = cancel_fd(l->cancel), .events = POLLIN } };
	int64_t left = until - monotonic_ms();
	int n;

	*ready = false;
	if (cancel_asked(l->cancel))
		return cancel_said(err);
	if (left <= 0)
		return 0;
	n = poll(p, 2, left > 60000 ? 60000 : (int)left);
	if (cancel_asked(l->cancel))
		return cancel_said(err);
	*ready = n >= 0; /* and if not, the next round says so */
	return 0;
}

static int gone(const struct imap_link *l, struct err *err)
{
	return err_set(err, ERR_UNAVAILABLE, "%s broke the connection off", l->place);
}

int imap_link_send(struct imap_link *l, struct sv bytes, struct err *err)
{
	int64_t until = monotonic_ms() + l->timeout_ms;
	bool ready = true;
	int rc = 0;

	while (!rc && bytes.n && ready) {
		size_t n = 0;
		CURLcode code = curl_easy_send(l->easy, bytes.p, bytes.n, &n);

		if (code == CURLE_AGAIN)
			rc = wait_for(l, POLLOUT, until, &ready, err);
		else if (code)
			rc = gone(l, err);
		bytes = sv_sub(bytes, n, bytes.n);
	}
	if (!rc && bytes.n)
		rc = err_set(err, ERR_UNAVAILABLE, "%s takes nothing any more", l->place);
	return rc;
}

int imap_link_receive(struct imap_link *l, char *to, size_t room, int64_t ms, size_t *n,
		      struct err *err)
{
	int64_t until = monotonic_ms() + ms;
	bool ready = true;
	int rc = 0;

	*n = 0;
	while (!rc && ready) {
		CURLcode code = curl_easy_recv(l->easy, to, room, n);

		if (code == CURLE_OK && *n)
			return 0;
		if (code != CURLE_AGAIN)
			return gone(l, err);
		rc = wait_for(l, POLLIN, until, &ready, err);
	}
	return rc;
}
