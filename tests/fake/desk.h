/* SPDX-License-Identifier: Apache-2.0 */
/*
 * desk.h: a help desk that is not there: it speaks as one vendor does, as strictly (its login, its
 * parameters, its pages and errors), about rows that a test adds, edits and deletes, and it can be
 * told to fail. The items look as in tests/exchanges/VENDOR/page.http, the recorded one.
 *
 * Runs in threads of its own on 127.0.0.1 at a free port; every function may be called while it
 * is asked. For tests only: what goes wrong here aborts.
 */
#ifndef OPINIA_TESTS_FAKE_DESK_H
#define OPINIA_TESTS_FAKE_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The login that the desk wants. It is a canary: it may stand in no message. */
#define DESK_SECRET "canary-4d1f0c7b"
#define DESK_USER "ada@example.ro"

struct desk;

struct desk_row {
	int n;	   /* 1 … : its id is made of it */
	int score; /* as the vendor counts, from its lowest; -1: asked, not answered */
	char comment[160];
	int64_t asked, answered; /* ms */
	bool broken;		 /* with a score that cannot be */
};

enum desk_fault {
	DESK_FINE,
	DESK_401,
	DESK_403,
	DESK_404,
	DESK_429_SOON,	  /* Retry-After: 1 */
	DESK_429_SECONDS, /* Retry-After: 120 */
	DESK_429_DATE,	  /* … with a date */
	DESK_500,
	DESK_REDIRECT,	  /* 302 to desk_redirect() */
	DESK_HALF,	  /* the connection ends in the middle of the body */
	DESK_BROKEN_JSON, /* 200 and half of the JSON */
	DESK_HTML,	  /* 200 and a page for people */
	DESK_HANG,	  /* no answer before desk_close() */
	DESK_ENDLESS,	  /* every page says that there is a next one */
};

/* @vendor: a name of the maps. @answers: the folder of recorded ones. */
struct desk *desk_open(const char *vendor, const char *exchanges);
void desk_close(struct desk *d); /* NULL is fine */
bool desk_speaks(const char *vendor);
const char *desk_url(const struct desk *d); /* http://127.0.0.1:PORT */

void desk_add(struct desk *d, const struct desk_row *row);
void desk_edit(struct desk *d, int n, int score, const char *comment, int64_t answered);
void desk_delete(struct desk *d, int n);
/* The next @times requests end so; those of a login or of questions count as well. */
void desk_fail(struct desk *d, enum desk_fault fault, unsigned times);
void desk_redirect(struct desk *d, const char *url);

unsigned desk_asked(struct desk *d); /* requests so far */
/* "GET /path?query status", a line a request, since the last call; to be freed. */
char *desk_log(struct desk *d);

#endif
