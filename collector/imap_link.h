/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_link.h: a connection to an IMAP server, logged in. libcurl looks the name up, speaks TLS
 * and logs in; then it only carries bytes (CURLOPT_CONNECT_ONLY), because the libcurl of this age
 * cuts long lines of IMAP answers and hands mails out in the wrong place.
 *
 * TLS always, and verified: at once (imaps://) or by STARTTLS, which is not optional. Without
 * only to loopback, where the source says so. Private addresses only where it is allowed, asked
 * with the address that is really connected to. Every wait ends within a second of cancel. The
 * secret never stands in an error. One thread at a time.
 */
#ifndef OPINIA_COLLECTOR_IMAP_LINK_H
#define OPINIA_COLLECTOR_IMAP_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/cancel.h"
#include "core/err.h"
#include "core/sv.h"

enum { IMAP_PLACE_MAX = 272 };

struct imap_link;

struct imap_link_options {
	const char *url; /* imap://host, imaps://host:port */
	const char *user;
	const char *secret; /* a password, or an access token */
	bool token;	    /* XOAUTH2, OAUTHBEARER */
	bool no_tls;	    /* loopback only */
	bool private_ok;
	const char *ca_file; /* NULL: the system's */
	const struct cancel *cancel;
	int64_t timeout_ms;
};

/* How far imap_link_open() came, for `sources test`. */
struct imap_reached {
	bool named, connected, secured, logged_in;
	char place[272];  /* "mail.example.ro:993" */
	char address[64]; /* that was connected to */
};

/* "mail.example.ro:993" of @url. ERR_CONFIG: it is none, or names a user or folder. */
int imap_link_url(const char *url, char place[IMAP_PLACE_MAX], struct err *err);

/*
 * ERR_CONFIG: no such URL, address not allowed, certificate, login refused, no TLS there.
 * ERR_UNAVAILABLE: no such host, no connection, too slow, not IMAP. ERR_AGAIN: stopped as asked,
 * or the server says that it is busy. @reached may be NULL.
 */
int imap_link_open(struct imap_link **out, const struct imap_link_options *o,
		   struct imap_reached *reached, struct err *err);
void imap_link_close(struct imap_link *l); /* NULL is fine; says LOGOUT, does not wait */
const char *imap_link_place(const struct imap_link *l);

/* All of @bytes; a server that does not take them for timeout_ms is ERR_UNAVAILABLE. */
int imap_link_send(struct imap_link *l, struct sv bytes, struct err *err);
/* Some bytes, at least one; *n 0: @ms are over. ERR_UNAVAILABLE: the connection is gone. */
int imap_link_receive(struct imap_link *l, char *to, size_t room, int64_t ms, size_t *n,
		      struct err *err);

#endif
