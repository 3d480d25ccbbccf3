/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_source_imap.c: servers that misbehave on the first connection, and are fine from the second
 * on: the first run ends soon and with a sentence, after the second all mails are there once.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "core/settings.h"
#include "core/when.h"
#include "tests/collector/files.h"

enum manners {
	FINE,
	STRANGER,     /* no IMAP at all */
	MUTE,	      /* takes the connection and says nothing */
	MUTE_LATER,   /* nothing to the search */
	CUT,	      /* in the middle of the second mail */
	SAYS_BYE,     /* behind the first mail */
	GARBAGE,      /* in place of the second mail */
	DRIPS,	      /* the second mail, a byte now and then */
	ENDLESS_LINE, /* in place of the search's answer */
	ENDLESS_TALK, /* "* OK still here" and never an end */
	LARGE_PIECE,  /* a literal over the ceiling */
	REFUSES,      /* the login */
	BUSY,	      /* the folder: [INUSE] */
	FORBIDDEN,    /* the folder: [NOPERM] */
	EXPUNGES,     /* mail 2 goes while mails are fetched */
	REFUSES_ONE,  /* mail 2 cannot be given out */
	NUMBERED_ANEW,
};

struct server {
	enum manners manners;
	int listening, port, connections;
	pthread_t thread;
	char seen[1 << 16]; /* all commands */
};

static bool say(int fd, const char *text)
{
	size_t n = strlen(text);

	while (n) {
		ssize_t put = send(fd, text, n, MSG_NOSIGNAL);

		if (put <= 0)
			return false;
		text += put;
		n -= (size_t)put;
	}
	return true;
}

static void mail_text(int uid, char *out, size_t room)
{
	snprintf(out, room,
		 "From: client%d@example.ro\r\nTo: ana@magazin.example\r\nSubject: Re: "
		 "Cum a "
		 "fost?\r\nMessage-ID: <m%d@example.ro>\r\n\r\n%d\r\n\r\nnu merge "
		 "plata\r\n",
		 uid, uid, uid);
}

/* Mail @uid as an answer, up to @most bytes of it. */
static bool say_mail(int fd, int uid, size_t most)
{
	char mail[512], all[1024];

	mail_text(uid, mail, sizeof(mail));
	snprintf(all, sizeof(all),
		 "* %d FETCH (UID %d INTERNALDATE \"21-Nov-2026 12:00:05 +0200\" "
		 "BODY[]<0> "
		 "{%zu}\r\n%s)\r\n",
		 uid, uid, strlen(mail), mail);
	if (strlen(all) > most)
		all[most] = 0;
	return say(fd, all);
}

static void drip(int fd)
{
	if (say_mail(fd, 2, 120))
		while (say(fd, "x"))
			usleep(100000);
}

/* The second mail in an unusual way. False: the connection is over. */
static bool second_mail(int fd, enum manners m)
{
	switch (m) {
	case CUT:
		say_mail(fd, 2, 200);
		return false;
	case SAYS_BYE:
		say(fd, "* BYE [UNAVAILABLE] repornim serverul\r\n");
		return false;
	case GARBAGE:
		say(fd, "\x01\x02\xff rubbish\r\n");
		return false;
	case DRIPS:
		drip(fd);
		return false;
	case LARGE_PIECE:
		say(fd, "* 2 FETCH (UID 2 BODY[]<0> {999999999}\r\n");
		return false;
	case EXPUNGES:
		return say(fd, "* 2 EXPUNGE\r\n* 2 EXISTS\r\n* 1 RECENT\r\n");
	case REFUSES_ONE:
		return true;
	default:
		return say_mail(fd, 2, SIZE_MAX);
	}
}

static bool fetch(int fd, const char *tag, const char *what, enum manners m)
{
	char end[64];
	bool one = strncmp(what, "2 ", 2) == 0, refuse = m == REFUSES_ONE;
	bool sizes = strstr(what, "RFC822.SIZE") != NULL;

	if (sizes &&
	    !say(fd, "* 1 FETCH (UID 1 RFC822.SIZE 150)\r\n* 2 FETCH (UID 2 "
		     "RFC822.SIZE 150)\r\n* 3 FETCH (RFC822.SIZE 150 UID 3)\r\n"))
		return false;
	if (!sizes && !one &&
	    !(say_mail(fd, 1, SIZE_MAX) && second_mail(fd, m) &&
	      say_mail(fd, 3, SIZE_MAX)))
		return false;
	snprintf(end, sizeof(end), "%s %s\r\n", tag,
		 !sizes && refuse ? "NO mail 2 is damaged" : "OK fetched");
	return say(fd, end);
}

static bool search(int fd, const char *tag, enum manners m)
{
	char end[64];

	if (m == MUTE_LATER)
		return recv(fd, end, 1, 0) > 0;
	while (m == ENDLESS_LINE)
		if (!say(fd, "* SEARCH 1 2 3 4 5 6 7 8 9"))
			return false;
	while (m == ENDLESS_TALK) {
		if (!say(fd, "* OK still here\r\n"))
			return false;
		usleep(50000);
	}
	snprintf(end, sizeof(end), "* SEARCH 3 1 2\r\n%s OK found\r\n", tag);
	return say(fd, end);
}

static bool examine(int fd, const char *tag, enum manners m)
{
	char all[256];

	if (m == BUSY || m == FORBIDDEN)
		snprintf(all, sizeof(all), "%s NO [%s] nu acum\r\n", tag,
			 m == BUSY ? "INUSE" : "NOPERM");
	else
		snprintf(all, sizeof(all),
			 "* 3 EXISTS\r\n* OK [UIDVALIDITY %d] x\r\n* OK [UIDNEXT 4] "
			 "x\r\n%s OK [READ-ONLY] open\r\n",
			 m == NUMBERED_ANEW ? 41 : 42, tag);
	return say(fd, all);
}

/* One command; false: the connection is over. */
static bool obey(int fd, char *line, enum manners m)
{
	char *rest = line, all[128];
	const char *tag = strsep(&rest, " "), *verb = rest ? rest : "";

	if (strncasecmp(verb, "CAPABILITY", 10) == 0)
		snprintf(all, sizeof(all),
			 "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n%s OK\r\n", tag);
	else if (strncasecmp(verb, "AUTHENTICATE", 12) == 0)
		snprintf(all, sizeof(all), "%s %s\r\n", tag,
			 m == REFUSES ? "NO [AUTHENTICATIONFAILED] cine esti?" : "OK in");
	else if (strncasecmp(verb, "EXAMINE", 7) == 0)
		return examine(fd, tag, m);
	else if (strncasecmp(verb, "UID SEARCH", 10) == 0)
		return search(fd, tag, m);
	else if (strncasecmp(verb, "UID FETCH ", 10) == 0)
		return fetch(fd, tag, verb + 10, m);
	else
		return false;
	return say(fd, all);
}

static void serve_one(struct server *s, int fd)
{
	enum manners m = s->connections++ ? FINE : s->manners;
	FILE *in = fdopen(dup(fd), "r");
	char line[4096];
	bool on = true;

	if (m == STRANGER)
		on = say(fd, "HTTP/1.1 400 Bad Request\r\n\r\n") && false;
	else if (m == MUTE)
		on = recv(fd, line, 1, 0) > 0;
	else
		on = say(fd, "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n");
	while (on && fgets(line, sizeof(line), in)) {
		strncat(s->seen, line, sizeof(s->seen) - strlen(s->seen) - 1);
		line[strcspn(line, "\r\n")] = 0;
		on = obey(fd, line, m);
	}
	fclose(in);
	close(fd);
}

static void *serve(void *self)
{
	struct server *s = self;
	int fd;

	while ((fd = accept(s->listening, NULL, NULL)) >= 0)
		serve_one(s, fd);
	return NULL;
}

static void server_start(struct server *s, enum manners m)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);

	memset(s, 0, sizeof(*s));
	s->manners = m;
	s->listening = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert_eq(bind(s->listening, (struct sockaddr *)&at, n), 0);
	cr_assert_eq(listen(s->listening, 8), 0);
	getsockname(s->listening, (struct sockaddr *)&at, &n);
	s->port = ntohs(at.sin_port);
	cr_assert_eq(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void server_stop(struct server *s)
{
	shutdown(s->listening, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->listening);
}

/* ---- asking it ---------------------------------------------------------------------------- */

struct asked {
	struct place folder;
	struct arena arena;
	struct collect_env env;
	struct opinia_sources *sources;
	char cursor[512];
	char ids[512]; /* " m1@… m2@…": each once */
	uint64_t rejected;
};

static void ask_open(struct asked *a, int port)
{
	struct buf conf;
	struct settings *settings;
	struct err err = ERR_NONE;

	memset(a, 0, sizeof(*a));
	arena_init(&a->arena, 0);
	a->folder = place_of("secret", SV("parola\n"));
	cr_assert_eq(chmod(a->folder.path, 0600), 0);
	buf_init(&conf, 0);
	buf_printf(
		&conf,
		"[source cutie]\nadapter = imap\nurl = imap://127.0.0.1:%d\nuser = ana\n"
		"tls = none\nprivate = yes\ntimeout = 1s\nsecret_file = %s\n",
		port, a->folder.path);
	snprintf(a->folder.path, sizeof(a->folder.path), "%s/opinia.conf", a->folder.dir);
	spill(a->folder.path, buf_sv(&conf));
	buf_release(&conf);
	cr_assert_eq(settings_read(&settings, a->folder.path, &a->arena, &err), 0, "%s",
		     err.text);
	a->env = (struct collect_env){ .mime_program = OPINIA_BINARY_DIR "/opinia-mime",
				       .now = TIME_NONE };
	cr_assert_eq(opinia_sources_open(&a->sources, settings, &a->env, &err), 0, "%s",
		     err.text);
}

static void ask_close(struct asked *a)
{
	opinia_sources_close(a->sources);
	arena_release(&a->arena);
	place_clear(&a->folder);
}

static void land(struct asked *a, const struct batch *b)
{
	char id[80];

	for (size_t i = 0; i < b->count; i++) {
		snprintf(id, sizeof(id), " " SV_FMT, SV_ARG(b->records[i].external_id));
		if (!strstr(a->ids, id))
			strncat(a->ids, id, sizeof(a->ids) - strlen(a->ids) - 1);
	}
	if (b->cursor.n)
		snprintf(a->cursor, sizeof(a->cursor), SV_FMT, SV_ARG(b->cursor));
}

/* A run to its end, as the program does it. */
static int ask(struct asked *a, struct err *err)
{
	struct opinia_collect *c;
	struct batch b;
	int rc = opinia_collect_open(&c, a->sources, 0, err), rounds = 0;

	cr_assert_eq(rc, 0, "%s", err->text);
	batch_init(&b);
	do {
		rc = opinia_collect_pull(c, sv_of(a->cursor), &b, err);
		if (!rc)
			land(a, &b);
	} while (!rc && (b.count || b.cursor.n) && ++rounds < 20);
	cr_expect_lt(rounds, 20, "it does not come to an end");
	a->rejected += opinia_collect_progress(c).rejected;
	batch_release(&b);
	opinia_collect_close(c);
	return rc;
}

/* clang-format off */
static const struct {
	enum manners manners;
	int rc; /* of the first run */
	const char *says, *ids; /* ids after the second run */
} rows[] = {
	{ FINE, 0, "", " m1@example.ro m2@example.ro m3@example.ro" },
	{ STRANGER, ERR_UNAVAILABLE, "before the login", " m1@example.ro m2@example.ro m3@example.ro" },
	{ MUTE, ERR_UNAVAILABLE, "does not answer", " m1@example.ro m2@example.ro m3@example.ro" },
	{ MUTE_LATER, ERR_UNAVAILABLE, "did not answer within 1 s", " m1@example.ro m2@example.ro m3@example.ro" },
	{ CUT, 0, "", " m1@example.ro m2@example.ro m3@example.ro" },
	{ SAYS_BYE, 0, "", " m1@example.ro m2@example.ro m3@example.ro" },
	{ GARBAGE, 0, "", " m1@example.ro m2@example.ro m3@example.ro" },
	{ DRIPS, 0, "", " m1@example.ro m2@example.ro m3@example.ro" },
	{ LARGE_PIECE, 0, "", " m1@example.ro m2@example.ro m3@example.ro" },
	{ ENDLESS_LINE, ERR_UNAVAILABLE, "a line of more than 65536 bytes",
	  " m1@example.ro m2@example.ro m3@example.ro" },
	{ ENDLESS_TALK, ERR_UNAVAILABLE, "did not answer within 5 s",
	  " m1@example.ro m2@example.ro m3@example.ro" },
	{ REFUSES, ERR_CONFIG, "refuses the login", " m1@example.ro m2@example.ro m3@example.ro" },
	{ BUSY, ERR_AGAIN, "nu acum", " m1@example.ro m2@example.ro m3@example.ro" },
	{ FORBIDDEN, ERR_CONFIG, "nu acum", " m1@example.ro m2@example.ro m3@example.ro" },
	{ EXPUNGES, 0, "", " m1@example.ro m3@example.ro" },
	{ REFUSES_ONE, 0, "", " m1@example.ro m3@example.ro" },
	{ NUMBERED_ANEW, 0, "", " m1@example.ro m2@example.ro m3@example.ro" },
};
/* clang-format on */

Test(imap_source, what_servers_do_wrong_costs_a_run_and_no_mail)
{
	static struct server s;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct asked a;
		struct err err = ERR_NONE;
		int64_t began = when_now();
		int rc;

		server_start(&s, rows[i].manners);
		ask_open(&a, s.port);
		rc = ask(&a, &err);
		if (getenv("OPINIA_TEST_TIMES"))
			fprintf(stderr, "row %zu: %lld ms, %s\n", i,
				(long long)(when_now() - began), err.text);
		cr_expect_eq(rc, rows[i].rc, "row %zu: %d, %s", i, rc, err.text);
		cr_expect(strstr(err.text, rows[i].says) != NULL, "row %zu: %s", i,
			  err.text);
		cr_expect(strstr(err.text, "parola") == NULL);
		cr_expect_eq(ask(&a, &err), 0, "row %zu: %s", i, err.text);
		cr_expect_str_eq(a.ids, rows[i].ids, "row %zu", i);
		cr_expect_eq(a.rejected, rows[i].manners == REFUSES_ONE, "row %zu", i);
		cr_expect(strstr(s.seen, "SELECT") == NULL &&
				  strstr(s.seen, "BODY[") == NULL,
			  "nothing but reading");
		ask_close(&a);
		server_stop(&s);
	}
}
