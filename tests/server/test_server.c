/* SPDX-License-Identifier: Apache-2.0 */
/* test_server.c: the guards of the server, each asked by bytes on a raw socket. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/buf.h"
#include "tests/server/peer.h"

enum { BODY = 1000, OUT = 1 << 16 };

static char out[OUT];

#define H "Host: x\r\n"

/* clang-format off */
static const struct {
	const char *what, *bytes;
	int status;
	bool closed;        /* the connection ends with the answer */
	const char *holds;  /* the answer has this; NULL: whatever */
} requests[] = {
	{ "a plain GET", "GET /a HTTP/1.1\r\n" H "\r\n", 200, false, "GET /a? " },
	{ "query as it came", "GET /a?x=%C8%9B+1&y HTTP/1.1\r\n" H "\r\n", 200, false, "GET /a?x=%C8%9B+1&y " },
	{ "path decoded", "GET /hooks/%c8%9b HTTP/1.1\r\n" H "\r\n", 200, false, "GET /hooks/\xc8\x9b? " },
	{ "a body", "POST /a HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc", 200, false, "POST /a? abc" },
	{ "chunks", "POST /a HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", 200, false, "POST /a? abc" },
	{ "its status", "GET /status/503 HTTP/1.1\r\n" H "\r\n", 503, false, NULL },
	{ "two at once", "GET /a HTTP/1.1\r\n" H "\r\nGET /b HTTP/1.1\r\n" H "\r\n", 200, false, "GET /b? " },
	{ "HEAD has no body", "HEAD /a HTTP/1.1\r\n" H "\r\n", 200, false, "Content-Length: 9" },
	{ "HTTP/1.0", "GET /a HTTP/1.0\r\n" H "\r\n", 200, true, "GET /a? " },
	{ "no host", "GET /a HTTP/1.1\r\n\r\n", 400, true, NULL },
	{ "two hosts", "GET /a HTTP/1.1\r\n" H "Host: y\r\n\r\n", 400, true, NULL },
	{ "the same host twice", "GET /a HTTP/1.1\r\n" H H "\r\n", 400, true, NULL },
	{ "a blank before the colon", "GET /a HTTP/1.1\r\nHost : x\r\n\r\n", 400, true, NULL },
	{ "a blank before the colon of a length", "POST /a HTTP/1.1\r\n" H "Content-Length : 3\r\n\r\nabc", 400, true, NULL },
	{ "two lengths", "POST /a HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400, true, NULL },
	{ "the same length twice", "POST /a HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400, true, NULL },
	{ "two lengths, other case", "POST /a HTTP/1.1\r\n" H "Content-Length: 3\r\ncontent-LENGTH: 4\r\n\r\nabcd", 400, true, NULL },
	{ "lengths in a list", "POST /a HTTP/1.1\r\n" H "Content-Length: 3, 3\r\n\r\nabc", 400, true, NULL },
	{ "a length with a sign", "POST /a HTTP/1.1\r\n" H "Content-Length: +3\r\n\r\nabc", 400, true, NULL },
	{ "a length below nothing", "POST /a HTTP/1.1\r\n" H "Content-Length: -3\r\n\r\nabc", 400, true, NULL },
	{ "a length in hex", "POST /a HTTP/1.1\r\n" H "Content-Length: 0x3\r\n\r\nabc", 400, true, NULL },
	{ "an empty length", "POST /a HTTP/1.1\r\n" H "Content-Length:\r\n\r\nabc", 400, true, NULL },
	{ "length and chunks", "POST /a HTTP/1.1\r\n" H "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, true, NULL },
	{ "chunks and length", "POST /a HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 30\r\n\r\n0\r\n\r\n", 400, true, NULL },
	{ "chunked twice", "POST /a HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, true, NULL },
	{ "another coding", "POST /a HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400, true, NULL },
	{ "coding identity", "POST /a HTTP/1.1\r\n" H "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400, true, NULL },
	{ "chunks in HTTP/1.0", "POST /a HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, true, NULL },
	{ "a chunk of no size", "POST /a HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400, true, NULL },
	{ "what is behind a refusal is no request", "POST /a HTTP/1.1\r\n" H "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /b HTTP/1.1\r\n" H "\r\n", 400, true, NULL },
	{ "NUL in the path", "GET /%00index HTTP/1.1\r\n" H "\r\n", 400, true, NULL },
	{ "NUL at the end", "GET /a%00 HTTP/1.1\r\n" H "\r\n", 400, true, NULL },
	{ "a backslash", "GET /a\\b HTTP/1.1\r\n" H "\r\n", 400, true, NULL },
	{ "a written backslash", "GET /a%5Cb HTTP/1.1\r\n" H "\r\n", 400, true, NULL },
	{ "a line break in the path", "GET /a%0d%0ab HTTP/1.1\r\n" H "\r\n", 400, true, NULL },
	{ "half an escape", "GET /a%4 HTTP/1.1\r\n" H "\r\n", 400, true, NULL },
	{ "an escape at the very end", "GET /a% HTTP/1.1\r\n" H "\r\n", 400, true, NULL },
	{ "no hex", "GET /a%zz HTTP/1.1\r\n" H "\r\n", 400, true, NULL },
	{ "upwards", "GET /hooks/../healthz HTTP/1.1\r\n" H "\r\n", 400, true, NULL },
	{ "upwards, written", "GET /hooks/%2e%2e HTTP/1.1\r\n" H "\r\n", 400, true, NULL },
	{ "a whole URL", "GET http://x/a HTTP/1.1\r\n" H "\r\n", 400, true, NULL },
	{ "no path", "OPTIONS * HTTP/1.1\r\n" H "\r\n", 400, true, NULL },
	{ "CONNECT", "CONNECT /a HTTP/1.1\r\n" H "\r\n", 405, true, "Allow: " },
	{ "TRACE", "TRACE /a HTTP/1.1\r\n" H "\r\n", 405, true, NULL },
	{ "too long a body", "POST /a HTTP/1.1\r\n" H "Content-Length: 1001\r\n\r\n", 413, true, NULL },
	{ "an endless body", "POST /a HTTP/1.1\r\n" H "Content-Length: 999999999999999999\r\n\r\n", 413, true, NULL },
	{ "a length over all numbers", "POST /a HTTP/1.1\r\n" H "Content-Length: 99999999999999999999999\r\n\r\n", 413, true, NULL },
	{ "it waits to be told to go on", "POST /a HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 2000\r\n\r\n", 413, true, NULL },
	{ "and is told", "POST /a HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc", 100, false, "POST /a? abc" },
	{ "no HTTP", "\x16\x03\x01\x02\x05\x01\xfc\x03\x03\r\n\r\n", -1, true, NULL },
};
/* clang-format on */

Test(server, every_guard_answers_as_the_table_says)
{
	struct echo e = { 0 };
	struct opinia_server *s = peer_server(&e, BODY, 0);

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		bool closed;
		int status = peer_ask(opinia_server_port(s), requests[i].bytes,
				      strlen(requests[i].bytes), out, OUT, &closed);

		if (requests[i].status >= 0)
			cr_expect_eq(status, requests[i].status, "%s: %d, not %d: %s",
				     requests[i].what, status, requests[i].status, out);
		else
			cr_expect(status == 0 || status >= 400, "%s: %d",
				  requests[i].what, status);
		cr_expect_eq(closed, requests[i].closed, "%s: %s", requests[i].what,
			     closed ? "closed" : "left open");
		cr_expect(!requests[i].holds || strstr(out, requests[i].holds),
			  "%s: no \"%s\" in: %s", requests[i].what, requests[i].holds,
			  out);
		cr_expect(!strstr(out, "Server:"), "%s: it says what it is",
			  requests[i].what);
		cr_expect(requests[i].status != 400 || !strstr(out, "/b?"),
			  "%s: went on behind a refusal", requests[i].what);
	}
	opinia_server_stop(s);
}

Test(server, every_answer_has_the_headers_that_browsers_heed)
{
	static const char *const asks[] = { "GET /a HTTP/1.1\r\n" H "\r\n",
					    "GET /status/404 HTTP/1.1\r\n" H "\r\n",
					    "GET /a%00 HTTP/1.1\r\n" H "\r\n",
					    "PUT /a HTTP/1.1\r\n" H "\r\n" };
	static const char *const wanted[] = {
		"X-Content-Type-Options: nosniff", "Cache-Control: no-store",
		"Referrer-Policy: no-referrer", "default-src 'none'",
		"Cross-Origin-Resource-Policy: same-origin"
	};
	struct echo e = { 0 };
	struct opinia_server *s = peer_server(&e, BODY, 0);
	bool closed;

	for (size_t i = 0; i < 4; i++) {
		peer_ask(opinia_server_port(s), asks[i], strlen(asks[i]), out, OUT,
			 &closed);
		for (size_t k = 0; k < 5; k++)
			cr_expect(strstr(out, wanted[k]), "%s: no %s in: %s", asks[i],
				  wanted[k], out);
	}
	opinia_server_stop(s);
}

/* A request whose headers or chunks are as large as asked. */
static char *large(size_t headers, size_t header_bytes, size_t chunks, size_t *n)
{
	struct buf b;

	buf_init(&b, 0);
	buf_str(&b, chunks ? "POST" : "GET");
	buf_str(&b, " /a HTTP/1.1\r\n" H);
	if (chunks)
		buf_str(&b, "Transfer-Encoding: chunked\r\n");
	for (size_t i = 0; i < headers; i++) {
		buf_printf(&b, "X-%zu: ", i);
		for (size_t k = 0; k < header_bytes; k++)
			buf_char(&b, 'a');
		buf_str(&b, "\r\n");
	}
	buf_str(&b, "\r\n");
	for (size_t i = 0; i < chunks; i++) {
		buf_str(&b, "64\r\n");
		for (size_t k = 0; k < 100; k++)
			buf_char(&b, 'c');
		buf_str(&b, "\r\n");
	}
	if (chunks)
		buf_str(&b, "0\r\n\r\n");
	*n = b.n;
	return b.p;
}

Test(server, too_much_of_anything_is_refused)
{
	static const struct {
		size_t headers, bytes, chunks;
		int status; /* 0: it hangs up */
	} rows[] = { { 60, 10, 0, 200 },   { 70, 10, 0, 431 }, { 1, 60000, 0, 431 },
		     { 3, 20000, 0, 431 }, { 0, 0, 10, 200 },  { 0, 0, 11, 413 },
		     { 0, 0, 35, 413 },	   { 0, 0, 20000, 0 } };
	struct echo e = { 0 };
	struct opinia_server *s = peer_server(&e, BODY, 0);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n;
		bool closed;
		char *bytes = large(rows[i].headers, rows[i].bytes, rows[i].chunks, &n);
		int status = peer_ask(opinia_server_port(s), bytes, n, out, OUT, &closed);

		cr_expect_eq(status, rows[i].status, "row %zu: %d: %.200s", i, status,
			     out);
		cr_expect_eq(closed, rows[i].status != 200, "row %zu", i);
		free(bytes);
	}
	opinia_server_stop(s);
}

/* Does the server hang up although a byte comes every 20 ms? 10 s would be five hundred. */
static int drip(uint16_t port, const char *start, char each, bool half)
{
	int fd = peer_connect(port), sent = 0;
	bool closed = false;

	peer_send(fd, start, strlen(start));
	if (half)
		shutdown(fd, SHUT_WR);
	while (!closed && sent < 500) {
		if (!half && !peer_send(fd, &each, 1))
			break;
		sent++;
		peer_read(fd, out, OUT, 20, &closed);
	}
	close(fd);
	return sent;
}

Test(server, whoever_takes_too_long_is_sent_away)
{
	static const struct {
		const char *what, *start;
		bool half;
	} rows[] = {
		{ "nothing at all", "", false },
		{ "the request line", "GET /", false },
		{ "a header", "GET /a HTTP/1.1\r\nHost: x\r\nX: ", false },
		{ "a body", "POST /a HTTP/1.1\r\n" H "Content-Length: 900\r\n\r\n",
		  false },
		{ "chunks",
		  "POST /a HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n384\r\n",
		  false },
		{ "the second request", "GET /a HTTP/1.1\r\n" H "\r\nGET /", false },
		{ "half closed in a header", "GET /a HTTP/1.1\r\nHo", true },
		{ "half closed in a body",
		  "POST /a HTTP/1.1\r\n" H "Content-Length: 9\r\n\r\nabc", true },
	};
	struct echo e = { 0 };
	struct opinia_server *s = peer_server(&e, BODY, 600);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_lt(
			drip(opinia_server_port(s), rows[i].start, 'a', rows[i].half),
			500, "%s: still open", rows[i].what);
	cr_expect_eq(e.calls, 1, "only the whole request was answered: %d", e.calls);
	opinia_server_stop(s);
}

Test(server, a_handler_may_take_longer_than_a_request_may)
{
	static const char ask[] = "GET /wait/900 HTTP/1.1\r\n" H "\r\n";
	struct echo e = { 0 };
	struct opinia_server *s = peer_server(&e, BODY, 300);
	int fd = peer_connect(opinia_server_port(s));
	bool closed;

	peer_send(fd, ask, strlen(ask));
	shutdown(fd, SHUT_WR); /* and who has said all may close that half */
	peer_read(fd, out, OUT, 5000, &closed);
	cr_expect_eq(peer_status(out), 200, "%s", out);
	close(fd);
	opinia_server_stop(s);
}

/* What comes with the end of all that somebody says must not stay until the request's time is over. */
Test(server, who_hangs_up_in_the_midst_is_let_go)
{
	static const char *const rows[] = {
		"GET /a HTTP/1.1\r\nHo",
		"POST /a HTTP/1.1\r\n" H "Content-Length: 9\r\n\r\nabc",
		"GET /a HTTP/1.1\r\n" H "\r\n",
		"",
	};
	struct echo e = { 0 };
	struct opinia_server *s = peer_server(&e, BODY, 60000);
	bool closed;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int fd = peer_connect(opinia_server_port(s));

		peer_send(fd, rows[i], strlen(rows[i]));
		shutdown(fd, SHUT_WR);
		peer_read(fd, out, OUT, 20000, &closed);
		cr_expect(closed, "row %zu: still open", i);
		cr_expect_eq(peer_status(out), i == 2 ? 200 : 0, "row %zu: %s", i, out);
		close(fd);
	}
	opinia_server_stop(s);
}

Test(server, connections_have_a_ceiling_a_host)
{
	static int fds[SERVER_CONNECTIONS_A_HOST + 40];
	static const char ask[] = "GET /a HTTP/1.1\r\n" H "\r\n";
	struct echo e = { 0 };
	struct opinia_server *s = peer_server(&e, BODY, 0);
	size_t n = sizeof(fds) / sizeof(fds[0]), open = 0;
	bool closed;

	for (size_t i = 0; i < n; i++) {
		fds[i] = peer_connect(opinia_server_port(s));
		cr_assert_geq(fds[i], 0, "connection %zu", i);
	}
	for (size_t i = 0; i < n; i++) {
		peer_send(fds[i], ask, strlen(ask));
		peer_read(fds[i], out, 13, 500, &closed);
		open += peer_status(out) == 200 || strncmp(out, "HTTP/1.1 200", 12) == 0;
	}
	cr_expect_eq(open, (size_t)SERVER_CONNECTIONS_A_HOST, "%zu of %zu", open, n);
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	opinia_server_stop(s);
}

Test(server, an_address_is_checked_before_anything_listens)
{
	static const struct {
		const char *listen;
		bool proxy;
		int code;
	} rows[] = {
		{ "127.0.0.1:0", false, 0 },
		{ "[::1]:0", false, 0 },
		{ "127.8.9.1:0", false, 0 },
		{ "0.0.0.0:0", false, ERR_CONFIG },
		{ "0.0.0.0:0", true, 0 },
		{ "[::]:0", false, ERR_CONFIG },
		{ "192.0.2.1:80", false, ERR_CONFIG },
		{ "192.0.2.1:80", true, ERR_SYSTEM },
		{ "localhost:80", false, ERR_CONFIG },
		{ "127.0.0.1", false, ERR_CONFIG },
		{ "127.0.0.1:", false, ERR_CONFIG },
		{ ":80", false, ERR_CONFIG },
		{ "::1:80", false, ERR_CONFIG },
		{ "[::1:80", false, ERR_CONFIG },
		{ "127.0.0.1:99999999", false, ERR_CONFIG },
		{ "", false, ERR_CONFIG },
		{ "[127.0.0.1]:x", false, ERR_CONFIG },
	};
	struct echo e = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct server_options opt = { .listen = rows[i].listen,
					      .behind_proxy = rows[i].proxy,
					      .body_max = BODY,
					      .handler = { &e, echo_answer, NULL } };
		struct opinia_server *s;
		struct err err = ERR_NONE;
		int rc = opinia_server_start(&s, &opt, &err);

		cr_expect_eq(rc, rows[i].code, "%s: %d %s", rows[i].listen, rc, err.text);
		opinia_server_stop(s);
	}
}
