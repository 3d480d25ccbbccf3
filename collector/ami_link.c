/* SPDX-License-Identifier: Apache-2.0 */
/* ami_link.c: see ami_link.h. */
#include "collector/ami_link.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "collector/adapter.h"
#include "core/i18n.h"

struct ami {
	int fd;
	char host[256];
	const struct cancel *cancel;
	int64_t timeout_ms, heard_ms,
		pinged_ms; /* of the monotonic clock; 0: no ping is out */
	bool cut;	   /* the other side closed */
	char buf[AMI_BYTES_MAX];
	size_t from, to;
};

static int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- messages ---------------------------------------------------------------------------- */

void ami_message_parse(struct sv text, struct ami_message *m)
{
	m->count = 0;
	while (text.n && m->count < AMI_PAIRS_MAX) {
		struct sv value = sv_cut(&text, '\n'), key;

		if (!memchr(value.p, ':', value.n))
			continue;
		key = sv_trim(sv_cut(&value, ':'));
		if (!key.n)
			continue;
		m->pair[m->count].key = key;
		m->pair[m->count++].value = sv_trim(value);
	}
}

struct sv ami_value(const struct ami_message *m, const char *key)
{
	for (size_t i = m->count; i > 0; i--)
		if (sv_ieq(m->pair[i - 1].key, sv_of(key)))
			return m->pair[i - 1].value;
	return (struct sv){ NULL, 0 };
}

/* ---- bytes ------------------------------------------------------------------------------- */

/* Until @fd is ready or @ms are over (*ready false). */
static int wait_for(const struct ami *a, short events, int64_t ms, bool *ready,
		    struct err *err)
{
	struct pollfd p[2] = { { .fd = a->fd, .events = events },
			       { .fd = cancel_fd(a->cancel), .events = POLLIN } };
	int n;

	if (ms < 0)
		ms = 0;
	do
		n = poll(p, 2, ms > 60000 ? 60000 : (int)ms);
	while (n < 0 && errno == EINTR && !cancel_asked(a->cancel));
	if (cancel_asked(a->cancel))
		return cancel_said(err);
	*ready = n > 0 && p[0].revents;
	return 0;
}

static int gone(const struct ami *a, const char *why, struct err *err)
{
	return err_set(err, ERR_UNAVAILABLE, "%s: %s", a->host, why);
}

static int put(struct ami *a, const char *text, size_t n, struct err *err)
{
	int64_t until = clock_ms() + a->timeout_ms;

	while (n) {
		ssize_t put = send(a->fd, text, n, MSG_NOSIGNAL);
		bool ready;

		if (put > 0) {
			text += put;
			n -= (size_t)put;
			continue;
		}
		if (put < 0 && errno != EAGAIN && errno != EINTR)
			return gone(a, strerror(errno), err);
		if (clock_ms() >= until)
			return gone(a, _("it does not take what is sent"), err);
		if (wait_for(a, POLLOUT, until - clock_ms(), &ready, err))
			return ERR_AGAIN;
	}
	return 0;
}

static int take_some(struct ami *a, struct err *err)
{
	ssize_t n;

	if (a->from) {
		memmove(a->buf, a->buf + a->from, a->to - a->from);
		a->to -= a->from;
		a->from = 0;
	}
	if (a->to == sizeof(a->buf))
		return gone(a, _("a message that is far too long"), err);
	n = recv(a->fd, a->buf + a->to, sizeof(a->buf) - a->to, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	a->cut = n <= 0;
	if (a->cut)
		return gone(a, n ? strerror(errno) : _("it closed the connection"), err);
	a->to += (size_t)n;
	a->heard_ms = clock_ms();
	a->pinged_ms = 0;
	return 0;
}

/* Up to and with @end; an empty view: not there yet. */
static struct sv take_until(struct ami *a, const char *end)
{
	size_t n = strlen(end);
	const char *p = memmem(a->buf + a->from, a->to - a->from, end, n);
	struct sv text = { NULL, 0 };

	if (!p)
		return text;
	text = (struct sv){ a->buf + a->from, (size_t)(p - (a->buf + a->from)) + n };
	a->from += text.n;
	return text;
}

/* Wait for a text that ends in @end. */
static int await(struct ami *a, const char *end, int64_t ms, struct sv *text,
		 struct err *err)
{
	int64_t until = clock_ms() + ms;
	int rc = 0;

	for (*text = take_until(a, end); !rc && !text->n; *text = take_until(a, end)) {
		int64_t left = until - clock_ms();
		bool ready = false;

		if (left <= 0 && ms > 0)
			return 0;
		rc = wait_for(a, POLLIN, left, &ready, err);
		if (!rc && ready)
			rc = take_some(a, err);
		if (!rc && !ready && left <= 0)
			return 0;
	}
	return rc;
}

/* ---- connecting -------------------------------------------------------------------------- */

static bool private_v4(uint32_t ip)
{
	return ip >> 24 == 127 || ip >> 24 == 10 || ip >> 20 == 0xac1 ||
	       ip >> 16 == 0xc0a8 || ip >> 16 == 0xa9fe || ip >> 22 == 0x191;
}

static bool is_private(const struct sockaddr *s)
{
	const unsigned char *b;

	if (s->sa_family == AF_INET)
		return private_v4(ntohl(
			((const struct sockaddr_in *)(const void *)s)->sin_addr.s_addr));
	if (s->sa_family != AF_INET6)
		return false;
	b = ((const struct sockaddr_in6 *)(const void *)s)->sin6_addr.s6_addr;
	if (IN6_IS_ADDR_V4MAPPED(
		    &((const struct sockaddr_in6 *)(const void *)s)->sin6_addr))
		return private_v4((uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 |
				  (uint32_t)b[14] << 8 | b[15]);
	return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) ||
	       IN6_IS_ADDR_LOOPBACK(
		       &((const struct sockaddr_in6 *)(const void *)s)->sin6_addr);
}

static int split_address(struct ami *a, const char *address, char port[8],
			 struct err *err)
{
	struct sv host = sv_of(address), number = SV("5038");
	const char *colon = strrchr(address, ':');
	bool bracket = host.n && host.p[0] == '[';
	int64_t n = 0;

	if (bracket && strchr(address, ']')) {
		host = sv_sub(host, 1, (size_t)(strchr(address, ']') - address) - 1);
		colon = address[host.n + 2] == ':' ? address + host.n + 2 : NULL;
		number = colon ? sv_of(colon + 1) : number;
	} else if (colon && strchr(address, ':') == colon) {
		host.n = (size_t)(colon - address);
		number = sv_of(colon + 1);
	}
	if (!host.n || host.n >= sizeof(a->host) || !sv_i64(number, &n) || n < 1 ||
	    n > 65535)
		return err_set(err, ERR_CONFIG, "`%s` is no HOST:PORT", address);
	snprintf(a->host, sizeof(a->host), SV_FMT, SV_ARG(host));
	snprintf(port, 8, "%d", (int)n);
	return 0;
}

static int connect_to(struct ami *a, const struct addrinfo *to, struct err *err)
{
	socklen_t n = sizeof(int);
	bool ready = false;
	int trouble = 0;

	a->fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (a->fd < 0)
		return gone(a, strerror(errno), err);
	if (connect(a->fd, to->ai_addr, to->ai_addrlen) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return gone(a, strerror(errno), err);
	if (wait_for(a, POLLOUT, a->timeout_ms, &ready, err))
		return ERR_AGAIN;
	if (!ready)
		return gone(a, _("no connection in time"), err);
	getsockopt(a->fd, SOL_SOCKET, SO_ERROR, &trouble, &n);
	return trouble ? gone(a, strerror(trouble), err) : 0;
}

static int reach(struct ami *a, const struct ami_options *opt, struct err *err)
{
	struct addrinfo want = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	struct addrinfo *all = NULL;
	char port[8];
	int rc = split_address(a, opt->address, port, err);

	if (rc)
		return rc;
	if (getaddrinfo(a->host, port, &want, &all))
		return gone(a, _("no such host"), err);
	rc = ERR_UNAVAILABLE;
	for (const struct addrinfo *i = all; i && rc == ERR_UNAVAILABLE; i = i->ai_next) {
		if (a->fd >= 0)
			close(a->fd);
		a->fd = -1;
		rc = opt->plain || is_private(i->ai_addr)
			     ? connect_to(a, i, err)
			     : err_set(err, ERR_CONFIG,
				       "%s is no private address, and this protocol is "
				       "not "
				       "encrypted: use a VPN or a tunnel, or say `plain "
				       "= yes`",
				       a->host);
	}
	freeaddrinfo(all);
	return rc;
}

/* ---- login ------------------------------------------------------------------------------- */

/* Say something and wait for its answer; events in between are passed over. */
static int ask(struct ami *a, const char *action, struct ami_message *m, struct err *err)
{
	int64_t until = clock_ms() + a->timeout_ms;
	struct sv text;
	int rc = put(a, action, strlen(action), err);

	while (!rc) {
		rc = await(a, "\r\n\r\n", until - clock_ms(), &text, err);
		if (!rc && !text.n)
			rc = gone(a, _("no answer in time"), err);
		if (rc)
			break;
		ami_message_parse(text, m);
		if (ami_value(m, "Response").n)
			break;
	}
	return rc;
}

static bool succeeded(const struct ami_message *m)
{
	return sv_ieq(ami_value(m, "Response"), SV("Success"));
}

static bool digest(struct sv challenge, struct sv secret, char hex[33])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx && EVP_DigestInit_ex(ctx, EVP_md5(), NULL) &&
		    EVP_DigestUpdate(ctx, challenge.p, challenge.n) &&
		    EVP_DigestUpdate(ctx, secret.p, secret.n) &&
		    EVP_DigestFinal_ex(ctx, sum, &n) && n == 16;

	EVP_MD_CTX_free(ctx);
	for (unsigned i = 0; good && i < 16; i++)
		snprintf(hex + i * 2, 3, "%02x", sum[i]);
	return good;
}

static int login(struct ami *a, const struct ami_options *opt, struct err *err)
{
	struct ami_message m;
	char hex[33], *action = NULL;
	int rc = ask(a, "Action: Challenge\r\nAuthType: MD5\r\n\r\n", &m, err), n;

	if (rc)
		return rc;
	if (succeeded(&m) && digest(ami_value(&m, "Challenge"), opt->secret, hex))
		n = asprintf(&action,
			     "Action: Login\r\nAuthType: MD5\r\nUsername: %s\r\nKey: "
			     "%s\r\nEvents: user\r\n\r\n",
			     opt->user, hex);
	else
		n = asprintf(&action,
			     "Action: Login\r\nUsername: %s\r\nSecret: " SV_FMT
			     "\r\nEvents: user\r\n\r\n",
			     opt->user, SV_ARG(opt->secret));
	if (n < 0)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = ask(a, action, &m, err);
	OPENSSL_cleanse(action, (size_t)n);
	free(action);
	if (!rc && !succeeded(&m))
		rc = err_set(err, ERR_CONFIG,
			     "%s: the login of `%s` is refused: user, password and "
			     "permit of manager.conf",
			     a->host, opt->user);
	return rc;
}

static int greet(struct ami *a, struct err *err)
{
	struct sv line;
	int rc = await(a, "\r\n", a->timeout_ms, &line, err);

	if (rc)
		return rc;
	if (!line.n)
		return gone(a, _("no answer in time"), err);
	if (!sv_starts(line, SV("Asterisk Call Manager/")))
		return gone(a, _("what answers there is no manager of Asterisk"), err);
	return 0;
}

int ami_open(struct ami **out, const struct ami_options *opt, struct source_steps *steps,
	     struct err *err)
{
	struct ami *a = calloc(1, sizeof(*a));
	int rc;

	*out = NULL;
	if (!a)
		return err_set(err, ERR_SYSTEM, "out of memory");
	a->fd = -1;
	a->cancel = opt->cancel;
	a->timeout_ms = opt->timeout_ms;
	rc = reach(a, opt, err);
	if (!rc) {
		steps_ok(steps, N_("connected"), a->host);
		rc = greet(a, err);
	}
	if (!rc) {
		steps_ok(steps, N_("it is Asterisk"), NULL);
		rc = login(a, opt, err);
	}
	if (rc) {
		ami_close(a);
		return rc;
	}
	steps_ok(steps, N_("login"), opt->user);
	a->heard_ms = clock_ms();
	*out = a;
	return 0;
}

bool ami_cut(const struct ami *a)
{
	return a->cut;
}

void ami_close(struct ami *a)
{
	if (!a)
		return;
	if (a->fd >= 0)
		close(a->fd);
	free(a);
}

/* ---- listening --------------------------------------------------------------------------- */

/* A ping where it has been quiet; how long the quiet may go on. */
static int keep_alive(struct ami *a, int64_t *ms, struct err *err)
{
	static const char ping[] = "Action: Ping\r\n\r\n";
	int64_t now = clock_ms(), left;

	if (a->pinged_ms && now - a->pinged_ms >= AMI_MUTE_MS)
		return gone(a, _("it does not answer any more"), err);
	if (!a->pinged_ms && now - a->heard_ms >= AMI_PING_MS) {
		a->pinged_ms = now;
		if (put(a, ping, sizeof(ping) - 1, err))
			return ERR_UNAVAILABLE;
	}
	left = a->pinged_ms ? a->pinged_ms + AMI_MUTE_MS - now
			    : a->heard_ms + AMI_PING_MS - now;
	*ms = *ms < left ? *ms : left;
	return 0;
}

int ami_next(struct ami *a, int64_t ms, struct ami_message *m, bool *got, struct err *err)
{
	int64_t until = clock_ms() + ms;
	int rc = 0;

	*got = false;
	while (!rc && !*got) {
		int64_t left = until - clock_ms();
		struct sv text = { NULL, 0 };

		if (left < 0)
			left = 0;
		rc = keep_alive(a, &left, err);
		if (!rc)
			rc = await(a, "\r\n\r\n", left, &text, err);
		if (rc)
			break;
		if (text.n) {
			ami_message_parse(text, m);
			*got = true;
		} else if (clock_ms() >= until) {
			break;
		}
	}
	return rc;
}
