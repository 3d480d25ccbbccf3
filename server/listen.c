/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listen.c: the address to listen at. It is numeric, and this machine's own unless somebody says
 * that a proxy stands in front: there is no TLS here.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/inside.h"

enum { ADDRESS_MAX = 128 };

static bool is_loopback(const struct sockaddr *a)
{
	const struct sockaddr_in *v4 = (const void *)a;
	const struct sockaddr_in6 *v6 = (const void *)a;

	if (a->sa_family == AF_INET)
		return (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
	if (a->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	return a->sa_family == AF_UNIX;
}

/* "127.0.0.1:8787" or "[::1]:8787" in two. */
static bool split(const char *text, char host[ADDRESS_MAX], const char **port)
{
	const char *colon = strrchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : 0;
	bool bracket = text[0] == '[';

	if (!n || n >= ADDRESS_MAX || !colon[1])
		return false;
	if (bracket != (text[n - 1] == ']') || (!bracket && memchr(text, ':', n)))
		return false;
	memcpy(host, text + bracket, n - 2 * (size_t)bracket);
	host[n - 2 * (size_t)bracket] = 0;
	*port = colon + 1;
	return true;
}

static int resolve(const char *text, struct addrinfo **out, struct err *err)
{
	struct addrinfo want = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				 .ai_socktype = SOCK_STREAM };
	char host[ADDRESS_MAX];
	const char *port;
	uint32_t n;

	if (!split(text, host, &port) || !sv_u32(sv_of(port), &n) || n > UINT16_MAX ||
	    getaddrinfo(host, port, &want, out))
		return err_set(err, ERR_CONFIG,
			       "listen = %s: an address and a port are wanted, "
			       "such as 127.0.0.1:8787 or [::1]:8787",
			       text);
	return 0;
}

static int refuse_far(const char *text, struct err *err)
{
	return err_set(
		err, ERR_CONFIG,
		"listen = %s: not this machine alone. There is no TLS here: listen "
		"at 127.0.0.1 behind a proxy that has it, or say behind_proxy = yes",
		text);
}

static int bind_at(const char *text, const struct addrinfo *to, int *fd, struct err *err)
{
	int one = 1, rc;

	*fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd >= 0 &&
	    setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
	    bind(*fd, to->ai_addr, to->ai_addrlen) == 0 && listen(*fd, SOMAXCONN) == 0)
		return 0;
	rc = err_set(err, ERR_SYSTEM, "listen = %s: %s", text, strerror(errno));
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return rc;
}

static int lent_socket(const struct server_options *opt, int *fd, struct err *err)
{
	int flags = fcntl(opt->listen_fd, F_GETFL);
	struct sockaddr_storage at;
	socklen_t n = sizeof(at);

	*fd = opt->listen_fd;
	if (flags < 0 || fcntl(*fd, F_SETFL, flags | O_NONBLOCK) ||
	    getsockname(*fd, (struct sockaddr *)&at, &n))
		return err_set(err, ERR_SYSTEM, "the socket that was lent: %s",
			       strerror(errno));
	if (!opt->behind_proxy && !is_loopback((struct sockaddr *)&at))
		return refuse_far("(the socket that was lent)", err);
	return 0;
}

static int open_socket(const struct server_options *opt, int *fd, struct err *err)
{
	struct addrinfo *to = NULL;
	int rc;

	if (opt->listen_fd > 0)
		return lent_socket(opt, fd, err);
	rc = resolve(opt->listen, &to, err);
	if (rc)
		return rc;
	rc = opt->behind_proxy || is_loopback(to->ai_addr)
		     ? bind_at(opt->listen, to, fd, err)
		     : refuse_far(opt->listen, err);
	freeaddrinfo(to);
	return rc;
}

int listen_open(const struct server_options *opt, int *fd, uint16_t *port,
		struct err *err)
{
	struct sockaddr_storage at = { .ss_family = AF_UNSPEC };
	socklen_t n = sizeof(at);
	int rc = open_socket(opt, fd, err);

	*port = 0;
	if (rc)
		return rc;
	getsockname(*fd, (struct sockaddr *)&at, &n);
	if (at.ss_family == AF_INET)
		*port = ntohs(((struct sockaddr_in *)(void *)&at)->sin_port);
	else if (at.ss_family == AF_INET6)
		*port = ntohs(((struct sockaddr_in6 *)(void *)&at)->sin6_port);
	return 0;
}
