/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ami_peer.h: an exchange for the tests, on a free port of 127.0.0.1: greets, checks the login as
 * Asterisk does, says what it is told to, answers pings. Or misbehaves.
 */
#ifndef OPINIA_TESTS_COLLECTOR_AMI_PEER_H
#define OPINIA_TESTS_COLLECTOR_AMI_PEER_H

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum ami_manners {
	AMI_GOOD,
	AMI_NO_DIGEST, /* knows only the plain login */
	AMI_STRANGER,  /* something else listens there */
	AMI_MUTE,      /* accepts and says nothing */
	AMI_CUT,       /* closes behind the greeting */
	AMI_CUT_LATER, /* closes behind what it says */
	AMI_ENDLESS,   /* a message that does not end */
};

struct ami_peer {
	enum ami_manners manners;
	const char *says; /* behind the login; %N% is not special */
	unsigned late_ms; /* it says nothing of it before */
	int listening;
	int port;
	unsigned logins, refused;
	pthread_t thread;
	char in[4096];
	size_t n;
};

static inline void ami_send(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		ssize_t n = send(fd, text, left, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		text += n;
		left -= (size_t)n;
	}
}

/* The next action, up to its empty line, into @in. False: the other side is gone. */
static inline bool ami_read(struct ami_peer *p, int fd)
{
	char *end;

	p->n = 0;
	p->in[0] = '\0';
	while (!(end = strstr(p->in, "\r\n\r\n"))) {
		ssize_t n = recv(fd, p->in + p->n, sizeof(p->in) - 1 - p->n, 0);

		if (n <= 0)
			return false;
		p->n += (size_t)n;
		p->in[p->n] = '\0';
	}
	return true;
}

static inline bool ami_right(const struct ami_peer *p)
{
	static const char said[] = "1571534905s3cret"; /* challenge and password */
	unsigned char sum[EVP_MAX_MD_SIZE];
	char want[64] = "Key: ";
	unsigned n;

	if (p->manners == AMI_NO_DIGEST)
		return strstr(p->in, "Secret: s3cret\r\n") != NULL;
	EVP_Digest(said, strlen(said), sum, &n, EVP_md5(), NULL);
	for (unsigned i = 0; i < 16; i++)
		snprintf(want + 5 + i * 2, 3, "%02x", sum[i]);
	return strstr(p->in, want) && !strstr(p->in, "s3cret");
}

static inline void ami_serve(struct ami_peer *p, int fd)
{
	static const char endless[] =
		"Event: UserEvent\r\nX: aaaaaaaaaaaaaaaaaaaaaaaa\r\n";

	if (p->manners == AMI_STRANGER)
		ami_send(fd, "SSH-2.0-OpenSSH_9.2\r\n");
	else if (p->manners != AMI_MUTE)
		ami_send(fd, "Asterisk Call Manager/9.0.0\r\n");
	if (p->manners == AMI_CUT || !ami_read(p, fd))
		return;
	ami_send(fd, p->manners == AMI_NO_DIGEST
			     ? "Response: Error\r\nMessage: no\r\n\r\n"
			     : "Event: X\r\n\r\nResponse: Success\r\nChallenge: "
			       "1571534905\r\n\r\n");
	if (!ami_read(p, fd))
		return;
	if (!ami_right(p)) {
		p->refused++;
		ami_send(fd, "Response: Error\r\nMessage: Authentication failed\r\n\r\n");
		return;
	}
	p->logins++;
	ami_send(fd, "Response: Success\r\nMessage: Authentication accepted\r\n\r\n"
		     "Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n");
	usleep(p->late_ms * 1000);
	for (int i = 0; p->manners == AMI_ENDLESS && i < 3000; i++)
		ami_send(fd, endless);
	ami_send(fd, p->says ? p->says : "");
	while (p->manners != AMI_CUT_LATER && ami_read(p, fd))
		ami_send(fd, "Response: Success\r\nPing: Pong\r\n\r\n");
}

static inline void *ami_run(void *self)
{
	struct ami_peer *p = self;
	int fd;

	while ((fd = accept(p->listening, NULL, NULL)) >= 0) {
		ami_serve(p, fd);
		close(fd);
	}
	return NULL;
}

static inline void ami_peer_start(struct ami_peer *p)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof(at);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->listening = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert_eq(bind(p->listening, (struct sockaddr *)&at, sizeof(at)), 0);
	cr_assert_eq(listen(p->listening, 4), 0);
	cr_assert_eq(getsockname(p->listening, (struct sockaddr *)&at, &n), 0);
	p->port = ntohs(at.sin_port);
	cr_assert_eq(pthread_create(&p->thread, NULL, ami_run, p), 0);
}

static inline void ami_peer_stop(struct ami_peer *p)
{
	shutdown(p->listening, SHUT_RDWR);
	pthread_join(p->thread, NULL);
	close(p->listening);
}

#endif
