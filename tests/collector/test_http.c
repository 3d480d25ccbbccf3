/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_http.c: services that hang, lie, flood and redirect, played on loopback, end in a sentence
 * and never in a wait; private addresses are not asked unless that is said; the secret stays with
 * the host it is for. How long each took is printed, not judged.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "collector/http.h"
#include "collector/http_guard.h"
#include "collector/opinia_collector.h"
#include "core/buf.h"
#include "core/when.h"
#include "peer.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define CANARY "kAnArEk-5f1d"
#define OK "HTTP/1.1 200 OK\r\n"

enum { SHORT_MS = 1500, LONGEST_MS = 15000 };

/* A name server that does not answer, for one name; all other names go the usual way. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
		struct addrinfo **out)
{
	static int (*usual)(const char *, const char *, const struct addrinfo *,
			    struct addrinfo **);

	if (!usual)
		*(void **)&usual = dlsym(RTLD_NEXT, "getaddrinfo");
	if (name && !strcmp(name, "slow.invalid")) {
		sleep(8);
		return EAI_AGAIN;
	}
	return usual(name, service, hints, out);
}

static int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- one exchange ------------------------------------------------------------------------ */

struct asked {
	int rc;
	struct http_answer answer;
	struct err err;
	struct arena arena;
	int64_t ms;
};

static void ask_with(struct asked *a, const struct http_options *opt,
		     const struct http_request *q)
{
	struct http *h;
	int64_t from = clock_ms();

	*a = (struct asked){ .err = ERR_NONE };
	arena_init(&a->arena, 256 << 20);
	cr_assert_eq(http_open(&h, opt, &a->err), 0, "%s", a->err.text);
	a->rc = http_ask(h, q, &a->arena, &a->answer, &a->err);
	http_close(h);
	a->ms = clock_ms() - from;
	cr_expect_null(strstr(a->err.text, CANARY), "a secret in: %s", a->err.text);
}

static void ask(struct asked *a, const char *url, bool private_ok, int64_t timeout_ms)
{
	static const struct http_field secret[] = { { "Authorization", "Bearer " CANARY,
						      true } };
	const struct http_options opt = { .private_ok = private_ok,
					  .timeout_ms = timeout_ms };
	const struct http_request q = {
		.method = "GET", .url = url, .fields = secret, .field_count = 1
	};

	ask_with(a, &opt, &q);
}

static void url_of(char out[128], const char *scheme, int port)
{
	snprintf(out, 128, "%s://127.0.0.1:%d/api?key=" CANARY, scheme, port);
}

/* ---- bad services ------------------------------------------------------------------------ */

struct bad {
	const char *name;
	peer_answer *answer;
	const char *with;
	int rc;
	const char *says;
	const char *scheme;
};

static void meet(const struct bad *rows, size_t n, int64_t timeout_ms)
{
	for (size_t i = 0; i < n; i++) {
		struct peer *p = peer_start(rows[i].answer, rows[i].with);
		struct asked a;
		char url[128];

		url_of(url, rows[i].scheme ? rows[i].scheme : "http", peer_port(p));
		ask(&a, url, true, timeout_ms);
		printf("%-34s %5lld ms  %2d  %s\n", rows[i].name, (long long)a.ms, a.rc,
		       a.err.text);
		cr_expect_eq(a.rc, rows[i].rc, "%s: %d, %s", rows[i].name, a.rc,
			     a.err.text);
		cr_expect_not_null(strstr(a.err.text, rows[i].says), "%s: %s",
				   rows[i].name, a.err.text);
		cr_expect(a.rc == 0 || strstr(a.err.text, "127.0.0.1:"),
			  "%s: which host?", a.err.text);
		cr_expect_lt(a.ms, LONGEST_MS, "%s", rows[i].name);
		arena_release(&a.arena);
		peer_stop(p);
	}
}

/* clang-format off */
static const struct bad bad[] = {
	{ "mute", peer_mute, NULL, ERR_UNAVAILABLE, "did not answer within", NULL },
	{ "mute under TLS", peer_mute, NULL, ERR_UNAVAILABLE, "did not agree on TLS", "https" },
	{ "drips its headers", peer_drip, OK "X-Slow: ", ERR_UNAVAILABLE, "answers too slowly", NULL },
	{ "drips its body", peer_drip, OK "Content-Length: 100000\r\n\r\n", ERR_UNAVAILABLE, "answers too slowly", NULL },
	{ "stops short of its length", peer_text, OK "Content-Length: 100\r\n\r\n[1,2", ERR_UNAVAILABLE, "stopped in the middle", NULL },
	{ "stops within a chunk", peer_text, OK "Transfer-Encoding: chunked\r\n\r\n9\r\n[1,2", ERR_UNAVAILABLE, "stopped in the middle", NULL },
	{ "a chunk without a length", peer_text, OK "Transfer-Encoding: chunked\r\n\r\nzz\r\n", ERR_UNAVAILABLE, "", NULL },
	{ "resets", peer_reset, NULL, ERR_UNAVAILABLE, "broke the connection", NULL },
	{ "resets within its body", peer_reset, OK "Content-Length: 100\r\n\r\n[1,2", ERR_UNAVAILABLE, "broke the connection", NULL },
	{ "closes", peer_text, NULL, ERR_UNAVAILABLE, "closed the connection without an answer", NULL },
	{ "speaks SSH", peer_text, "SSH-2.0-OpenSSH_9.2\r\n", ERR_UNAVAILABLE, "not in HTTP", NULL },
	{ "speaks SMTP", peer_text, "220 mail.example.pl ESMTP\r\n", ERR_UNAVAILABLE, "not in HTTP", NULL },
	{ "garbage", peer_text, "\x01\x02\xff\xfe\x03\r\n\r\n\x1b[31m", ERR_UNAVAILABLE, "not in HTTP", NULL },
	{ "no TLS on the port", peer_text, "HTTP/1.1 400 Bad Request\r\n\r\n", ERR_UNAVAILABLE, "no TLS with", "https" },
	{ "headers without end", peer_flood, OK "|X-More: and more\r\n", ERR_UNAVAILABLE, "bytes of headers", NULL },
	{ "one header without end", peer_flood, OK "X-Long: |aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ERR_UNAVAILABLE, "bytes of headers", NULL },
	{ "a status line without end", peer_flood, "HTTP/1.1 200 |OOOOOOOOOOOOOOOOOOOOOO", ERR_UNAVAILABLE, "bytes of headers", NULL },
	{ "100 Continue without end", peer_flood, "|HTTP/1.1 100 Continue\r\n\r\n", ERR_UNAVAILABLE, "bytes of headers", NULL },
	{ "trailers without end", peer_flood, OK "Transfer-Encoding: chunked\r\n\r\n0\r\n|X-More: and more\r\n", ERR_UNAVAILABLE, "bytes of headers", NULL },
	{ "a body without end", peer_flood, OK "\r\n|[1,2,3,4,5,6,7,8,9,10]\n", ERR_UNAVAILABLE, "more than 67108864 bytes", NULL },
	{ "says that it is a petabyte", peer_drip, OK "Content-Length: 1000000000000000\r\n\r\n", ERR_UNAVAILABLE, "more than 67108864 bytes", NULL },
	{ "a gzip bomb", peer_bomb, NULL, ERR_UNAVAILABLE, "more than 67108864 bytes", NULL },
	{ "gzip that is none", peer_text, OK "Content-Encoding: gzip\r\n\r\nnot packed at all", ERR_UNAVAILABLE, "does not unpack", NULL },
	{ "packed nine times", peer_text, OK "Content-Encoding: gzip, gzip, gzip, gzip, gzip, gzip, gzip, gzip, gzip\r\n\r\nx", ERR_UNAVAILABLE, "does not unpack", NULL },
};
/* clang-format on */

Test(http, a_bad_service_ends_in_a_sentence)
{
	meet(bad, COUNT(bad), SHORT_MS);
}

/* With time to spare it is the pace that ends it. */
Test(http, a_service_that_drips_is_left)
{
	static const struct bad drip = { "drips, with a minute left",
					 peer_drip,
					 OK "Content-Length: 100000\r\n\r\n",
					 ERR_UNAVAILABLE,
					 "answers too slowly",
					 NULL };

	meet(&drip, 1, 60000);
}

Test(http, where_nobody_listens_or_the_name_is_none_a_sentence_says_so)
{
	struct full_port full;
	struct asked a;
	char url[128];
	const struct {
		const char *url;
		int rc;
		const char *says;
	} rows[] = {
		{ "http://nowhere.invalid/", ERR_UNAVAILABLE, "there is no host" },
		{ "http://slow.invalid/", ERR_UNAVAILABLE, "name server" },
		{ "", ERR_CONFIG, "this is no address" },
		{ "http:/127.0.0.1/", ERR_CONFIG, "" },
		{ "http:///127.0.0.1/", ERR_CONFIG, "" },
		{ "http://", ERR_CONFIG, "this is no address" },
		{ "http://a b/", ERR_CONFIG, "this is no address" },
		{ "http://127.0.0.1:99999/", ERR_CONFIG, "this is no address" },
		{ "http://x/\r\nHost: y", ERR_CONFIG, "this is no address" },
		{ "chat.example.ro/api", ERR_CONFIG, "" },
		{ "file:///etc/passwd", ERR_CONFIG, "https:// or http://" },
		{ "gopher://127.0.0.1/", ERR_CONFIG, "https:// or http://" },
		{ "ftp://127.0.0.1/", ERR_CONFIG, "https:// or http://" },
		{ "dict://127.0.0.1/", ERR_CONFIG, "https:// or http://" },
		{ "http://ion:" CANARY "@127.0.0.1/", ERR_CONFIG, "secret_file" },
	};

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", closed_port());
	ask(&a, url, true, SHORT_MS);
	printf("%-34s %5lld ms  %2d  %s\n", "closed port", (long long)a.ms, a.rc,
	       a.err.text);
	cr_expect_eq(a.rc, ERR_UNAVAILABLE);
	cr_expect_not_null(strstr(a.err.text, "refuses connections"), "%s", a.err.text);
	arena_release(&a.arena);

	full_port_open(&full);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", full.port);
	ask(&a, url, true, SHORT_MS);
	printf("%-34s %5lld ms  %2d  %s\n", "full queue", (long long)a.ms, a.rc,
	       a.err.text);
	cr_expect_eq(a.rc, ERR_UNAVAILABLE);
	cr_expect_not_null(strstr(a.err.text, "cannot be reached within"), "%s",
			   a.err.text);
	arena_release(&a.arena);
	full_port_close(&full);

	for (size_t i = 0; i < COUNT(rows); i++) {
		ask(&a, rows[i].url, true, SHORT_MS);
		printf("%-34.20s %5lld ms  %2d  %s\n", rows[i].url, (long long)a.ms, a.rc,
		       a.err.text);
		cr_expect_eq(a.rc, rows[i].rc, "%s: %s", rows[i].url, a.err.text);
		cr_expect_not_null(strstr(a.err.text, rows[i].says), "%s: %s",
				   rows[i].url, a.err.text);
		arena_release(&a.arena);
	}
}

/* ---- stopped as asked -------------------------------------------------------------------- */

static void *ask_to_stop(void *self)
{
	usleep(200000);
	cancel_ask(self);
	return NULL;
}

Test(http, it_stops_within_a_second_whatever_it_waits_for)
{
	struct full_port full;
	struct peer *mute = peer_start(peer_mute, NULL);
	struct peer *drip = peer_start(peer_drip, OK "Content-Length: 9999\r\n\r\n");
	struct {
		const char *name;
		char url[128];
	} rows[] = { { "stopped at the name", "http://slow.invalid/" },
		     { "stopped while connecting", "" },
		     { "stopped within TLS", "" },
		     { "stopped before the answer", "" },
		     { "stopped within the body", "" } };

	full_port_open(&full);
	url_of(rows[1].url, "http", full.port);
	url_of(rows[2].url, "https", peer_port(mute));
	url_of(rows[3].url, "http", peer_port(mute));
	url_of(rows[4].url, "http", peer_port(drip));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cancel cancel;
		struct asked a;
		pthread_t t;
		const struct http_options opt = { .cancel = &cancel, .private_ok = true };
		const struct http_request q = { .method = "GET", .url = rows[i].url };

		cr_assert_eq(cancel_init(&cancel, NULL), 0);
		cr_assert_eq(pthread_create(&t, NULL, ask_to_stop, &cancel), 0);
		ask_with(&a, &opt, &q);
		pthread_join(t, NULL);
		printf("%-34s %5lld ms  %2d  %s\n", rows[i].name, (long long)a.ms, a.rc,
		       a.err.text);
		cr_expect_eq(a.rc, ERR_AGAIN, "%s: %s", rows[i].name, a.err.text);
		cr_expect_lt(a.ms, 5000, "%s", rows[i].name);
		arena_release(&a.arena);
		cancel_release(&cancel);
	}
	full_port_close(&full);
	peer_stop(mute);
	peer_stop(drip);
}

/* ---- private addresses ------------------------------------------------------------------- */

Test(http, a_private_address_is_not_asked_however_it_is_spelt)
{
	static const char *const hosts[] = {
		"127.0.0.1",
		"127.1",
		"0x7f000001",
		"2130706433",
		"017700000001",
		"0177.0.0.1",

		"localhost",
		"[::1]",
		"[::ffff:127.0.0.1]",
		"[::ffff:7f00:1]",
		"[0:0:0:0:0:0:0:1]",
		"0.0.0.0",
		"0",
		"[::]",
		"169.254.169.254",
		"0xa9fea9fe",
		"[::ffff:169.254.169.254]",
		"10.0.0.1",
		"172.16.0.1",
		"192.168.1.1",
		"100.64.0.1",
		"224.0.0.1",
		"255.255.255.255",
		"[fe80::1]",
		"[fc00::1]",
		"[fd00:ec2::254]",
		"[ff02::1]",
		"[64:ff9b::7f00:1]",
		"[2002:7f00:1::]",
		"[::7f00:1]",
	};
	struct peer *p = peer_start(peer_text, OK "\r\nreached");

	for (size_t i = 0; i < COUNT(hosts); i++) {
		struct asked a;
		char url[128];

		snprintf(url, sizeof(url), "http://%s:%d/", hosts[i], peer_port(p));
		ask(&a, url, false, SHORT_MS);
		cr_expect_eq(a.rc, ERR_CONFIG, "%s: %d, %s", url, a.rc, a.err.text);
		cr_expect_not_null(strstr(a.err.text, "`private = yes`"), "%s",
				   a.err.text);
		arena_release(&a.arena);
	}
	cr_expect_eq(peer_connections(p), 0, "nobody knocked");
	peer_stop(p);
}

Test(http, no_permission_opens_the_way_to_metadata_services)
{
	static const char *const hosts[] = { "169.254.169.254",
					     "0xa9fea9fe",
					     "[::ffff:169.254.169.254]",
					     "[fe80::1]",
					     "[fd00:ec2::254]",
					     "0.0.0.0",
					     "[::]",
					     "224.0.0.1",
					     "255.255.255.255",
					     "[ff02::1]" };

	for (size_t i = 0; i < COUNT(hosts); i++) {
		struct asked a;
		char url[128];

		snprintf(url, sizeof(url), "http://%s:9/", hosts[i]);
		ask(&a, url, true, SHORT_MS);
		cr_expect_eq(a.rc, ERR_CONFIG, "%s: %d, %s", url, a.rc, a.err.text);
		cr_expect_not_null(strstr(a.err.text, "no service can be at"), "%s",
				   a.err.text);
		arena_release(&a.arena);
	}
}

Test(http, public_addresses_are_told_from_the_others)
{
	static const struct {
		const char *ip;
		bool public;
	} rows[] = {
		{ "8.8.8.8", true },
		{ "1.1.1.1", true },
		{ "9.255.255.255", true },
		{ "11.0.0.0", true },
		{ "100.63.255.255", true },
		{ "100.128.0.0", true },
		{ "172.15.255.255", true },
		{ "172.32.0.0", true },
		{ "192.167.255.255", true },
		{ "192.169.0.0", true },
		{ "223.255.255.255", true },
		{ "169.253.255.255", true },
		{ "2a00:1450:4001::1", true },
		{ "2606:4700::1111", true },
		{ "::ffff:8.8.8.8", true },
		{ "64:ff9b::808:808", true },
		{ "2002:808:808::1", true },
		{ "10.255.255.255", false },
		{ "100.127.255.255", false },
		{ "172.31.255.255", false },
		{ "192.0.0.8", false },
		{ "192.0.2.1", false },
		{ "198.19.255.255", false },
		{ "198.51.100.1", false },
		{ "203.0.113.9", false },
		{ "240.0.0.1", false },
		{ "2001:db8::1", false },
		{ "2001::1", false },
		{ "::", false },
		{ "::1", false },
		{ "::8.8.8.8", false },
		{ "100::1", false },
		{ "febf::1", false },
		{ "fec0::1", false },
		{ "64:ff9b:1::808:808", false },
		{ "64:ff9b::a00:1", false },
		{ "3fff::1", false },
		{ "4000::1", false },
	};
	struct sockaddr unix_one = { .sa_family = AF_UNIX };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sockaddr_in in = { .sin_family = AF_INET };
		struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
		bool six = strchr(rows[i].ip, ':');
		const struct sockaddr *a =
			six ? (struct sockaddr *)&in6 : (struct sockaddr *)&in;
		char text[ADDRESS_TEXT_MAX];

		cr_assert_eq(
			inet_pton(six ? AF_INET6 : AF_INET, rows[i].ip,
				  six ? (void *)&in6.sin6_addr : (void *)&in.sin_addr),
			1);
		cr_expect_eq(address_public(a), rows[i].public, "%s", rows[i].ip);
		address_text(a, text);
		cr_expect_str_eq(text, rows[i].ip);
	}
	cr_expect(!address_public(&unix_one));
}

/* ---- answers ----------------------------------------------------------------------------- */

static const int64_t noon = 1795262400000; /* Sat, 21 Nov 2026 12:00:00 GMT */

Test(http, an_answer_says_what_it_is_and_how_to_go_on)
{
	/* clang-format off */
	static const struct {
		const char *with, *next, *says; /* next: behind the host; NULL: none */
		int status, rc;
		int64_t least_ms, most_ms;
	} rows[] = {
		{ OK "Content-Length: 2\r\n\r\n[]", NULL, "", 200, 0, 0, 0 },
		{ OK "Link: </api?page=2>; rel=\"next\"\r\n\r\n[]", "/api?page=2", "", 200, 0, 0, 0 },
		{ OK "LINK: <?page=1>; rel=prev, <?page=3>;title=\"a, b;c\"; rel=\"last NEXT\"\r\n\r\n[]", "/api?page=3", "", 200, 0, 0, 0 },
		{ OK "Link: <?a>; rel=prev\r\nLink: <?b>; rel=next\r\n\r\n[]", "/api?b", "", 200, 0, 0, 0 },
		{ OK "Link: <file:///etc/passwd>; rel=next\r\n\r\n[]", NULL, "", 200, 0, 0, 0 },
		{ OK "Link: </x>; rel=nextish, <<<, >; rel=next, \"\r\n\r\n[]", "/<<,%20", "", 200, 0, 0, 0 },
		{ "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\n\r\n", NULL, "again in 7 s", 429, ERR_AGAIN, 7000, 7000 },
		{ "HTTP/1.1 429 Slow\r\nRetry-After: 0\r\n\r\n", NULL, "again in 1 s", 429, ERR_AGAIN, 1000, 1000 },
		{ "HTTP/1.1 429 Slow\r\nRetry-After: Sat, 21 Nov 2026 12:02:00 GMT\r\n\r\n", NULL, "again in 120 s", 429, ERR_AGAIN, 120000, 120000 },
		{ "HTTP/1.1 503 No\r\nRetry-After: Saturday, 21-Nov-26 12:00:30 GMT\r\n\r\n", NULL, "again in 30 s", 503, ERR_AGAIN, 30000, 30000 },
		{ "HTTP/1.1 503 No\r\nRetry-After: Sat Nov 21 12:00:30 2026\r\n\r\n", NULL, "again in 30 s", 503, ERR_AGAIN, 30000, 30000 },
		{ "HTTP/1.1 429 Slow\r\nRetry-After: 99999999999999999999\r\n\r\n", NULL, "again in 3600 s", 429, ERR_AGAIN, 3600000, 3600000 },
		{ "HTTP/1.1 429 Slow\r\nX-RateLimit-Reset: 1795262410\r\n\r\n", NULL, "again in 10 s", 429, ERR_AGAIN, 10000, 10000 },
		{ "HTTP/1.1 429 Slow\r\nX-RateLimit-Reset: 42\r\n\r\n", NULL, "again in 42 s", 429, ERR_AGAIN, 42000, 42000 },
		{ "HTTP/1.1 429 Slow\r\nRetry-After: soon\r\n\r\n", NULL, "again in", 429, ERR_AGAIN, 60000, 75000 },
		{ "HTTP/1.1 503 No\r\n\r\n", NULL, "again in", 503, ERR_AGAIN, 60000, 75000 },
		{ "HTTP/1.1 401 No\r\n\r\n", NULL, "does not accept the login", 401, ERR_CONFIG, 0, 0 },
		{ "HTTP/1.1 403 No\r\n\r\n", NULL, "does not permit", 403, ERR_CONFIG, 0, 0 },
		{ "HTTP/1.1 404 No\r\n\r\n", NULL, "nothing there", 404, ERR_CONFIG, 0, 0 },
		{ "HTTP/1.1 408 No\r\n\r\n", NULL, "did not wait", 408, ERR_UNAVAILABLE, 0, 0 },
		{ "HTTP/1.1 422 No\r\n\r\n", NULL, "422", 422, ERR_CONFIG, 0, 0 },
		{ "HTTP/1.1 500 No\r\n\r\n", NULL, "problem of its own", 500, ERR_UNAVAILABLE, 0, 0 },
		{ "HTTP/1.1 304 No\r\n\r\n", NULL, "is not followed", 304, ERR_CONFIG, 0, 0 },
		{ "HTTP/1.1 100 Go on\r\nRetry-After: 9\r\n\r\nHTTP/1.1 503 No\r\nRetry-After: 5\r\n\r\n", NULL, "again in 5 s", 503, ERR_AGAIN, 5000, 5000 },
	};
	/* clang-format on */
	const struct http_options opt = { .private_ok = true, .now = noon };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct peer *p = peer_start(peer_text, rows[i].with);
		char url[128], next[160] = "";
		struct http_request q = { .method = "GET", .url = url };
		struct asked a;

		snprintf(url, sizeof(url), "http://127.0.0.1:%d/api", peer_port(p));
		if (rows[i].next)
			snprintf(next, sizeof(next), "http://127.0.0.1:%d%s",
				 peer_port(p), rows[i].next);
		ask_with(&a, &opt, &q);
		cr_assert_eq(a.rc, 0, "row %zu: %s", i, a.err.text);
		cr_expect_eq(a.answer.status, rows[i].status);
		cr_expect(sv_eq(a.answer.link_next, sv_of(next)), "row %zu: " SV_FMT, i,
			  SV_ARG(a.answer.link_next));
		cr_expect(a.answer.again_ms >= rows[i].least_ms &&
				  a.answer.again_ms <= rows[i].most_ms,
			  "row %zu: %lld", i, (long long)a.answer.again_ms);
		if (rows[i].rc)
			cr_expect_eq(http_status(&a.answer, "chat.example.pl", &a.err),
				     rows[i].rc);
		cr_expect_not_null(strstr(a.err.text, rows[i].says), "%s", a.err.text);
		arena_release(&a.arena);
		peer_stop(p);
	}
}

Test(http, what_is_sent_is_what_was_asked_for_and_a_redirect_gets_nothing)
{
	struct peer *other = peer_start(peer_text, OK "\r\n");
	char moved[160], url[128];
	struct peer *p;
	struct asked a;
	const struct http_options opt = { .private_ok = true };
	const struct http_field fields[] = { { "Authorization", "Bearer " CANARY, true },
					     { "Content-Type", "application/json",
					       false },
					     { "X-Empty", "", false } };
	const struct http_field broken = { "X-Token", CANARY "\r\nX-Evil: 1", true };
	struct http_request q = { .method = "POST",
				  .url = url,
				  .fields = fields,
				  .field_count = 3,
				  .body = SV("{\"text\":\"mulțumesc\"}") };

	snprintf(moved, sizeof(moved),
		 "HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:%d/steal?key=" CANARY
		 "\r\nContent-Length: 0\r\n\r\n",
		 peer_port(other));
	p = peer_start(peer_text, moved);
	url_of(url, "http", peer_port(p));
	ask_with(&a, &opt, &q);
	cr_expect_eq(a.rc, 0, "%s", a.err.text);
	cr_expect_eq(a.answer.status, 307);
	cr_expect_eq(http_status(&a.answer, "127.0.0.1", &a.err), ERR_CONFIG);
	cr_expect_not_null(strstr(a.err.text, "has moved to http://127.0.0.1"), "%s",
			   a.err.text);
	cr_expect_null(strstr(a.err.text, CANARY), "%s", a.err.text);
	cr_expect_eq(peer_connections(other), 0, "the other host was not asked");
	cr_expect_not_null(
		strstr(peer_heard(p), "POST /api?key=" CANARY " HTTP/1.1\r\n"));
	cr_expect_not_null(strstr(peer_heard(p), "\r\nAuthorization: Bearer " CANARY));
	cr_expect_not_null(strstr(peer_heard(p), "\r\nX-Empty:\r\n"));
	cr_expect_not_null(strstr(peer_heard(p), "\r\n\r\n{\"text\":\"mulțumesc\"}"));
	arena_release(&a.arena);
	q.fields = &broken;
	q.field_count = 1;
	ask_with(&a, &opt, &q);
	cr_expect_eq(a.rc, ERR_CONFIG);
	cr_expect_not_null(strstr(a.err.text, "X-Token"), "%s", a.err.text);
	cr_expect_eq(peer_connections(p), 1, "nothing was sent");
	arena_release(&a.arena);
	peer_stop(p);
	peer_stop(other);
}

Test(http, one_connection_serves_many_questions)
{
	struct peer *p = peer_start(peer_keep_alive, OK "Content-Length: 2\r\n\r\n[]");
	const struct http_options opt = { .private_ok = true };
	struct http_answer answer;
	struct arena arena;
	struct http *h;
	char url[128];
	const struct http_request q = { .method = "GET", .url = url };

	url_of(url, "http", peer_port(p));
	arena_init(&arena, 1 << 20);
	cr_assert_eq(http_open(&h, &opt, NULL), 0);
	for (int i = 0; i < 20; i++) {
		cr_assert_eq(http_ask(h, &q, &arena, &answer, NULL), 0);
		cr_expect(sv_eq(answer.body, SV("[]")));
	}
	cr_expect_eq(peer_connections(p), 1);
	http_close(h);
	http_close(NULL);
	arena_release(&arena);
	peer_stop(p);
}

/* ---- addresses and dates ----------------------------------------------------------------- */

Test(http, two_addresses_are_the_same_place_only_if_the_connection_is)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "https://x.ro/a", "https://X.RO:443/b?c#d", true },
		{ "http://x.ro", "http://x.ro:80/", true },
		{ "http://127.1/", "http://127.0.0.1/", true },
		{ "https://x.ro/", "http://x.ro/", false },
		{ "https://x.ro/", "https://x.ro:8443/", false },
		{ "https://x.ro/", "https://x.ro.evil.pl/", false },
		{ "https://x.ro/", "https://x.ro@evil.pl/", false },
		{ "https://x.ro/", "https://evil.pl/https://x.ro/", false },
		{ "https://x.ro/", "https://evil.pl\\@x.ro/", false },
		{ "https://x.ro/", "https://evil.pl#@x.ro/", false },
		{ "https://x.ro/", "//x.ro/", false },
		{ "https://x.ro/", "", false },
		{ "https://x.ro/", "javascript:alert(1)", false },
	};
	static const char *const hosts[][2] = {
		{ "https://x.ro/a?b@c", "x.ro" },
		{ "https://u:p@x.ro:8443/", "x.ro" },
		{ "http://[::1]:80/", "[::1]" },
		{ "http://[::1", "" },
		{ "https://x.ro", "x.ro" },
		{ "x.ro", "" },
		{ "https://", "" },
		{ "https://świetnie.pl/", "świetnie.pl" },
	};
	struct buf b;

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(http_same_place(rows[i].a, rows[i].b), rows[i].same, "%s %s",
			     rows[i].a, rows[i].b);
	for (size_t i = 0; i < COUNT(hosts); i++)
		cr_expect(sv_eq(http_host(hosts[i][0]), sv_of(hosts[i][1])), "%s",
			  hosts[i][0]);
	buf_init(&b, 0);
	http_escape(SV("a-B_9.~ /?&=+%ț\n"), &b);
	cr_expect(sv_eq(buf_sv(&b), SV("a-B_9.~%20%2F%3F%26%3D%2B%25%C8%9B%0A")), "%s",
		  b.p);
	buf_release(&b);
}

Test(http, retry_after_is_seconds_or_one_of_three_dates)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
		{ "120", 120000 },
		{ " 5 ", 5000 },
		{ "0", 0 },
		{ "86400", 3600000 },
		{ "Sat, 21 Nov 2026 12:00:10 GMT", 10000 },
		{ "Saturday, 21-Nov-26 12:00:10 GMT", 10000 },
		{ "Sat Nov 21 12:00:10 2026", 10000 },
		{ "Sun Nov  1 12:00:10 2026", 0 },
		{ "Sun, 06 Nov 1994 08:49:37 GMT", 0 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", 0 },
		{ "Fri, 31 Dec 2027 23:59:60 GMT", 3600000 },
		{ "", -1 },
		{ "-5", -1 },
		{ "5.5", -1 },
		{ "soon", -1 },
		{ "Sat, 21 Nov 2026 12:00:10", -1 },
		{ "Sat, 21 Nov 2026 12:00:10 CET", -1 },
		{ "Sat, 31 Feb 2026 12:00:10 GMT", -1 },
		{ "Sat, 21 Xyz 2026 12:00:10 GMT", -1 },
		{ "Sat, 21 Nov 2026 25:00:10 GMT", -1 },
		{ "Sat, 21 Nov 99999 12:00:10 GMT", -1 },
		{ "2026-11-21T12:00:10Z", -1 },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(http_retry_after(sv_of(rows[i].text), noon), rows[i].ms,
			     "`%s`: %lld", rows[i].text,
			     (long long)http_retry_after(sv_of(rows[i].text), noon));
}

/* ---- TLS --------------------------------------------------------------------------------- */

/* Runs openssl; its output goes to @out, or nowhere. */
static pid_t openssl(const char *dir, int out, char *const argv[])
{
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0) {
		int nowhere = open("/dev/null", O_RDWR);

		if (chdir(dir) || dup2(nowhere, 0) < 0 ||
		    dup2(out < 0 ? nowhere : out, 1) < 0 || dup2(nowhere, 2) < 0)
			_exit(127);
		execvp("openssl", argv);
		_exit(127);
	}
	return pid;
}

static void certificate(const char *dir, const char *name, const char *alt)
{
	char key[64], crt[64], subject[64];
	char *const argv[] = { "openssl",
			       "req",
			       "-x509",
			       "-newkey",
			       "ec",
			       "-pkeyopt",
			       "ec_paramgen_curve:prime256v1",
			       "-nodes",
			       "-days",
			       "2",
			       "-subj",
			       subject,
			       "-addext",
			       (char *)(uintptr_t)alt,
			       "-keyout",
			       key,
			       "-out",
			       crt,
			       NULL };
	int status;

	snprintf(key, sizeof(key), "%s.key", name);
	snprintf(crt, sizeof(crt), "%s.crt", name);
	snprintf(subject, sizeof(subject), "/CN=%s", name);
	cr_assert_eq(waitpid(openssl(dir, -1, argv), &status, 0) > 0 && status == 0,
		     true);
}

/* "ACCEPT 127.0.0.1:44357" on its standard output. */
static int serve_tls(const char *dir, const char *name, pid_t *pid)
{
	char key[64], crt[64], said[1024];
	char *const argv[] = { "openssl", "s_server", "-accept", "127.0.0.1:0", "-www",
			       "-key",	  key,	      "-cert",	 crt,		NULL };
	size_t n = 0;
	int ends[2];

	snprintf(key, sizeof(key), "%s.key", name);
	snprintf(crt, sizeof(crt), "%s.crt", name);
	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	*pid = openssl(dir, ends[1], argv);
	close(ends[1]);
	for (const char *at; n + 1 < sizeof(said);) {
		ssize_t got = read(ends[0], said + n, sizeof(said) - 1 - n);

		cr_assert_gt(got, 0, "openssl s_server did not start");
		n += (size_t)got;
		said[n] = 0;
		at = strstr(said, "ACCEPT 127.0.0.1:");
		if (at && strchr(at, '\n')) {
			close(ends[0]);
			return (int)strtol(at + 17, NULL, 10);
		}
	}
	return 0;
}

static void note_step(void *self, const char *what, const char *detail)
{
	buf_printf(self, "%s (%s)\n", what, detail ? detail : "");
}

static void steps_of(const char *url, const char *ca_file, int rc,
		     const char *const *says)
{
	const struct http_options opt = { .private_ok = true,
					  .ca_file = ca_file,
					  .timeout_ms = SHORT_MS };
	struct source_steps steps = { note_step, &(struct buf){ 0 } };
	struct err err = ERR_NONE;
	struct http *h;

	cr_assert_eq(http_open(&h, &opt, &err), 0);
	cr_expect_eq(http_steps(h, url, &steps, &err), rc, "%s", err.text);
	note_step(steps.self, "end", err.text);
	for (size_t i = 0; says[i]; i++)
		cr_expect_not_null(strstr(((struct buf *)steps.self)->p, says[i]),
				   "%s is not in: %s", says[i],
				   ((struct buf *)steps.self)->p);
	buf_release(steps.self);
	http_close(h);
}

Test(http, a_certificate_must_be_trusted_and_be_for_that_name)
{
	char dir[] = "/tmp/opinia-tls-XXXXXX", own[64], other[64], url[2][64];
	pid_t pid[2];
	struct stat st;
	struct asked a;
	const struct http_request q = { .method = "GET", .url = url[0] };
	struct http_options opt = { .private_ok = true, .timeout_ms = 5000 };

	cr_assert_not_null(mkdtemp(dir));
	certificate(dir, "own", "subjectAltName=IP:127.0.0.1,DNS:localhost");
	certificate(dir, "other", "subjectAltName=DNS:chat.example.ro");
	snprintf(own, sizeof(own), "%s/own.crt", dir);
	snprintf(other, sizeof(other), "%s/other.crt", dir);
	snprintf(url[0], sizeof(url[0]), "https://127.0.0.1:%d/",
		 serve_tls(dir, "own", &pid[0]));
	snprintf(url[1], sizeof(url[1]), "https://127.0.0.1:%d/",
		 serve_tls(dir, "other", &pid[1]));

	ask(&a, url[0], true, 5000);
	printf("%-34s %5lld ms  %2d  %s\n", "unknown authority", (long long)a.ms, a.rc,
	       a.err.text);
	cr_expect_eq(a.rc, ERR_CONFIG);
	cr_expect_not_null(strstr(a.err.text, "is not to be trusted (self"), "%s",
			   a.err.text);
	arena_release(&a.arena);
	opt.ca_file = own;
	ask_with(&a, &opt, &q);
	cr_expect_eq(a.rc, 0, "%s", a.err.text);
	cr_expect_eq(a.answer.status, 200);
	arena_release(&a.arena);
	opt.ca_file = "/nowhere/ca.crt";
	ask_with(&a, &opt, &q);
	cr_expect_eq(a.rc, ERR_CONFIG);
	cr_expect_not_null(strstr(a.err.text, "`ca_file`"), "%s", a.err.text);
	arena_release(&a.arena);

	steps_of(
		url[0], own, 0,
		(const char *const[]){ "resolve (127.0.0.1:", "connect (127.0.0.1, port ",
				       "TLS (certificate until ", "end ()", NULL });
	steps_of(url[1], other, ERR_CONFIG,
		 (const char *const[]){ "connect (", "end (the certificate of 127.0.0.1:",
					"is for another name", NULL });
	for (int i = 0; i < 2; i++) {
		kill(pid[i], SIGTERM);
		waitpid(pid[i], NULL, 0);
	}
	for (size_t i = 0; i < 4; i++) {
		static const char *const names[] = { "own.key", "own.crt", "other.key",
						     "other.crt" };
		char path[96];

		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		cr_expect(stat(path, &st) == 0 && unlink(path) == 0);
	}
	cr_expect_eq(rmdir(dir), 0);
}
