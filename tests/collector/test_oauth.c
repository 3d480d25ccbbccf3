/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_oauth.c: access tokens against a token service on loopback: asked for once and kept, the
 * replaced refresh token on the disk, and refusals as sentences without a secret in them.
 */
#include <sys/stat.h>

#include "collector/oauth.h"
#include "peer.h"
#include "tests/collector/files.h"

#define CANARY "kAnArEk-5f1d"

static const struct source_row rows[] = { OAUTH_CLIENT_ROWS, OAUTH_TOKEN_ROWS };

/* A source in a folder of its own, with its secrets. */
struct place_of_source {
	struct place conf;
	char secret[96], client[96];
	struct arena arena;
	struct source_settings s;
	struct http *http;
	struct peer *peer;
};

static void spill_secret(const char *path, const char *text)
{
	spill(path, sv_of(text));
	cr_assert_eq(chmod(path, 0600), 0);
}

static void open_place(struct place_of_source *p, const char *more, peer_answer *answer,
		       const void *with)
{
	const struct http_options opt = { .private_ok = true, .timeout_ms = 5000 };
	struct settings *settings;
	struct err err = ERR_NONE;
	char conf[1200];
	size_t n;

	arena_init(&p->arena, 1 << 20);
	p->peer = peer_start(answer, with);
	p->conf = place_of("opinia.conf", SV(""));
	snprintf(p->secret, sizeof(p->secret), "%s/token", p->conf.dir);
	snprintf(p->client, sizeof(p->client), "%s/client", p->conf.dir);
	spill_secret(p->secret, CANARY "-old\nsecond\n");
	spill_secret(p->client, CANARY "&client\n");
	snprintf(conf, sizeof(conf),
		 "[source x]\nadapter = imap\nprivate = yes\nsecret_file = %s\n"
		 "client_secret_file = %s\nclient_id = pl+ro\n"
		 "token_url = http://127.0.0.1:%d/token\n%s",
		 p->secret, p->client, peer_port(p->peer), more);
	spill(p->conf.path, sv_of(conf));
	cr_assert_eq(settings_read(&settings, p->conf.path, &p->arena, &err), 0, "%s",
		     err.text);
	p->s = (struct source_settings){ .name = "x",
					 .file = "opinia.conf",
					 .line = 1,
					 .said = settings_sources(settings, &n),
					 .rows = rows,
					 .row_count = COUNT(rows),
					 .arena = &p->arena };
	cr_assert_eq(source_settings_check(&p->s, &err), 0, "%s", err.text);
	cr_assert_eq(http_open(&p->http, &opt, &err), 0);
}

static void close_place(struct place_of_source *p)
{
	http_close(p->http);
	peer_stop(p->peer);
	place_clear(&p->conf);
	arena_release(&p->arena);
}

static void expect_file(const char *path, const char *text)
{
	struct stat st;
	struct buf b;

	buf_init(&b, 0);
	slurp(path, &b);
	cr_expect(sv_eq(buf_sv(&b), sv_of(text)), "%s: %s", path, b.p);
	cr_expect(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	buf_release(&b);
}

#define JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
#define NO "HTTP/1.1 400 Bad Request\r\n\r\n"

/* @with: three answers, split by |; the n-th connection gets the n-th. */
static int in_turn(struct peer *p, int fd, const char *request)
{
	struct sv rest = sv_of(peer_with(p)), one = { NULL, 0 };

	(void)request;
	for (int i = 0; i < peer_connections(p) && rest.n; i++)
		one = sv_cut(&rest, '|');
	peer_say(fd, one.p, one.n);
	return -1;
}

Test(oauth, a_token_is_asked_for_once_and_kept_until_it_ends)
{
	struct place_of_source p;
	struct oauth *o;
	struct sv token;
	struct err err = ERR_NONE;

	open_place(&p, "token_scope = mail.read offline\n", in_turn,
		   JSON "{\"access_token\":\"one\",\"expires_in\":3600}|" JSON
			"{\"access_token\":\"two\",\"expires_in\":\"60\"}|" JSON
			"{\"access_token\":\"three\",\"token_type\":\"bearer\"}");
	cr_assert_eq(oauth_open(&o, &p.s, &err), 0, "%s", err.text);
	for (int i = 0; i < 3; i++) {
		cr_assert_eq(oauth_token(o, p.http, &p.arena, &token, &err), 0, "%s",
			     err.text);
		cr_expect_str_eq(token.p, "one");
	}
	cr_expect_eq(peer_connections(p.peer), 1);
	cr_expect_not_null(strstr(peer_heard(p.peer),
				  "\r\n\r\ngrant_type=refresh_token&refresh_token=" CANARY
				  "-old&scope=mail.read%20offline&client_id=pl%2Bro&"
				  "client_secret=" CANARY "%26client"),
			   "%s", peer_heard(p.peer));
	oauth_forget(o);
	cr_assert_eq(oauth_token(o, p.http, &p.arena, &token, &err), 0, "%s", err.text);
	cr_expect_str_eq(token.p, "two");
	cr_assert_eq(oauth_token(o, p.http, &p.arena, &token, &err), 0, "%s", err.text);
	cr_expect_str_eq(token.p, "three", "two ends within a minute");
	expect_file(p.secret, CANARY "-old\nsecond\n");
	oauth_close(o);
	oauth_close(NULL);
	close_place(&p);
}

Test(oauth, a_client_of_its_own_needs_no_refresh_token)
{
	struct place_of_source p;
	struct oauth *o;
	struct sv token;
	struct err err = ERR_NONE;

	open_place(&p, "token_grant = client\ntoken_login = basic\n", in_turn,
		   JSON "{\"access_token\":\"one\",\"refresh_token\":\"unasked\"}");
	cr_assert_eq(oauth_open(&o, &p.s, &err), 0, "%s", err.text);
	cr_assert_eq(oauth_token(o, p.http, &p.arena, &token, &err), 0, "%s", err.text);
	/* base64 of pl%2Bro:kAnArEk-5f1d%26client */
	cr_expect_not_null(strstr(peer_heard(p.peer),
				  "\r\nAuthorization: Basic "
				  "cGwlMkJybzprQW5BckVrLTVmMWQlMjZjbGllbnQ=\r\n"),
			   "%s", peer_heard(p.peer));
	cr_expect_not_null(
		strstr(peer_heard(p.peer), "\r\n\r\ngrant_type=client_credentials"));
	cr_expect_null(strstr(peer_heard(p.peer), "refresh_token="));
	cr_expect_null(strstr(peer_heard(p.peer), "client_secret="));
	expect_file(p.secret, CANARY "-old\nsecond\n");
	oauth_close(o);
	close_place(&p);
}

Test(oauth, a_replaced_refresh_token_is_on_the_disk_before_it_is_used)
{
	struct place_of_source p;
	struct oauth *o;
	struct sv token;
	struct err err = ERR_NONE;

	open_place(&p, "", in_turn,
		   JSON "{\"access_token\":\"one\",\"refresh_token\":\"" CANARY
			"-new\",\"expires_in\":1}|" JSON
			"{\"access_token\":\"two\",\"refresh_token\":\"" CANARY
			"-newer\",\"expires_in\":1}|" JSON
			"{\"access_token\":\"three\",\"expires_in\":1}");
	cr_assert_eq(oauth_open(&o, &p.s, &err), 0, "%s", err.text);
	cr_assert_eq(oauth_token(o, p.http, &p.arena, &token, &err), 0, "%s", err.text);
	expect_file(p.secret, CANARY "-new\nsecond\n");
	cr_assert_eq(oauth_token(o, p.http, &p.arena, &token, &err), 0, "%s", err.text);
	expect_file(p.secret, CANARY "-newer\nsecond\n");
	cr_expect_not_null(
		strstr(peer_heard(p.peer), "refresh_token=" CANARY "-new&client_id"));
	spill_secret(p.secret, "signed-in-anew\n");
	cr_assert_eq(oauth_token(o, p.http, &p.arena, &token, &err), 0, "%s", err.text);
	cr_expect_not_null(
		strstr(peer_heard(p.peer), "refresh_token=signed-in-anew&client_id"));
	oauth_close(o);
	close_place(&p);
}

/* The folder of the temporary file is taken by a folder: neither root nor others can write it. */
Test(oauth, a_refresh_token_that_cannot_be_written_is_told_and_not_lost)
{
	struct place_of_source p;
	struct oauth *o;
	struct sv token;
	struct err err = ERR_NONE;
	char in_the_way[112];

	open_place(&p, "", in_turn,
		   JSON "{\"access_token\":\"one\",\"refresh_token\":\"" CANARY
			"-new\"}|" JSON "{\"access_token\":\"two\"}");
	snprintf(in_the_way, sizeof(in_the_way), "%s.new", p.secret);
	cr_assert_eq(mkdir(in_the_way, 0700), 0);
	cr_assert_eq(oauth_open(&o, &p.s, &err), 0, "%s", err.text);
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(oauth_token(o, p.http, &p.arena, &token, &err), ERR_SYSTEM);
		cr_expect_not_null(strstr(err.text, p.secret), "%s", err.text);
		cr_expect_null(strstr(err.text, CANARY), "%s", err.text);
	}
	cr_expect_eq(peer_connections(p.peer), 1, "the old one is not shown again");
	cr_assert_eq(rmdir(in_the_way), 0);
	cr_expect_eq(oauth_token(o, p.http, &p.arena, &token, &err), 0, "%s", err.text);
	expect_file(p.secret, CANARY "-new\nsecond\n");
	oauth_close(o);
	close_place(&p);
}

Test(oauth, a_refusal_is_a_sentence_without_a_secret)
{
	static const struct {
		const char *with;
		int rc;
		const char *says;
	} answers[] = {
		/* clang-format off */
		{ NO "{\"error\":\"invalid_grant\",\"error_description\":\"" CANARY "\"}", ERR_CONFIG, "sign in there anew" },
		{ NO "{\"error\":\"invalid_client\"}", ERR_CONFIG, "does not take the client" },
		{ NO "{\"error\":\"invalid_scope\"}", ERR_CONFIG, "gives no token (invalid_scope)" },
		{ NO "{\"error\":\"" CANARY "\"}", ERR_CONFIG, "status 400" },
		{ NO "{\"error\":{\"code\":7}}", ERR_CONFIG, "status 400" },
		{ NO "<html>", ERR_CONFIG, "status 400" },
		{ JSON "{\"error\":\"invalid_grant\"}", ERR_CONFIG, "sign in there anew" },
		{ JSON "{}", ERR_UNAVAILABLE, "without an access token" },
		{ JSON "{\"access_token\":7}", ERR_UNAVAILABLE, "without an access token" },
		{ JSON "{\"access_token\":\"\"}", ERR_UNAVAILABLE, "without an access token" },
		{ JSON "{\"access_token\":\"a\\r\\nX-Evil: 1\"}", ERR_UNAVAILABLE, "without an access token" },
		{ JSON "{\"access_token\":\"a\",\"access_token\":\"b\"}", ERR_UNAVAILABLE, "not answer in JSON" },
		{ JSON "{\"access_token\":\"a\",\"token_type\":\"mac\"}", ERR_CONFIG, "not Bearer" },
		{ JSON "<html>sign in</html>", ERR_UNAVAILABLE, "not answer in JSON" },
		{ JSON "", ERR_UNAVAILABLE, "not answer in JSON" },
		{ "HTTP/1.1 404 No\r\n\r\n", ERR_CONFIG, "nothing there" },
		{ "HTTP/1.1 500 No\r\n\r\n", ERR_UNAVAILABLE, "problem of its own" },
		{ "HTTP/1.1 429 No\r\nRetry-After: 3\r\n\r\n", ERR_AGAIN, "again in 3 s" },
		{ "HTTP/1.1 302 No\r\nLocation: https://x.ro/?" CANARY "\r\n\r\n", ERR_CONFIG, "moved to https://x.ro" },
		/* clang-format on */
	};

	for (size_t i = 0; i < COUNT(answers); i++) {
		struct place_of_source p;
		struct oauth *o;
		struct sv token;
		struct err err = ERR_NONE;

		open_place(&p, "", peer_text, answers[i].with);
		cr_assert_eq(oauth_open(&o, &p.s, &err), 0, "%s", err.text);
		cr_expect_eq(oauth_token(o, p.http, &p.arena, &token, &err),
			     answers[i].rc, "row %zu: %s", i, err.text);
		cr_expect_not_null(strstr(err.text, answers[i].says), "row %zu: %s", i,
				   err.text);
		cr_expect_not_null(
			strstr(err.text, "opinia.conf:7: [source x] token_url"), "%s",
			err.text);
		cr_expect_null(strstr(err.text, CANARY), "%s", err.text);
		cr_expect_eq(token.n, 0u);
		oauth_close(o);
		close_place(&p);
	}
}

Test(oauth, what_is_missing_is_said_before_anything_is_asked)
{
	static const struct {
		const char *lines, *says; /* NULL: fine */
	} cases[] = {
		{ "client_id=i\ntoken_url=https://login.example.ro/token\n", NULL },
		{ "client_id=i\ntoken_url=http://login.example.ro/token\n", "https://" },
		{ "client_id=i\ntoken_url=login.example.ro\n", "token_url" },
		{ "client_id=i\n", "token_url" },
		{ "token_url=https://login.example.ro/token\n", "client_id" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct setting_pair pairs[4];
		struct setting_source said = { .name = SV("x"),
					       .line = 1,
					       .pairs = pairs };
		struct source_settings s = {
			.name = "x", .said = &said, .rows = rows, .row_count = COUNT(rows)
		};
		struct sv rest = sv_of(cases[i].lines);
		struct arena arena;
		struct oauth *o;
		struct err err = ERR_NONE;

		arena_init(&arena, 0);
		while (rest.n) {
			struct sv value = sv_cut(&rest, '\n'), key = sv_cut(&value, '=');
			struct setting_pair *to = &pairs[said.count++];

			cr_assert(arena_copy(&arena, key, &to->key) &&
				  arena_copy(&arena, value, &to->value));
			to->line = (int)said.count + 1;
		}
		cr_expect_eq(oauth_open(&o, &s, &err), cases[i].says ? ERR_CONFIG : 0,
			     "row %zu: %s", i, err.text);
		if (cases[i].says)
			cr_expect_not_null(strstr(err.text, cases[i].says), "%s",
					   err.text);
		cr_expect_eq(oauth_wanted(&s),
			     strstr(cases[i].lines, "token_url") != NULL);
		oauth_close(o);
		arena_release(&arena);
	}
}
