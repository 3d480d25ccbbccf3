/* SPDX-License-Identifier: Apache-2.0 */
/* daily.c: see daily.h. */
#include "cli/daily.h"

#include <stdio.h>
#include <time.h>

#include "cli/retaining.h"
#include "core/i18n.h"

enum { SAID = 600 };

/* Also while the machine sleeps, so that waking up is no jump. */
static int64_t steady_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * MS_SECOND + t.tv_nsec / 1000000;
}

static int64_t wall_now(const struct program *p)
{
	return p->fixed_now ? p->now : when_now();
}

/* ---- the clock ------------------------------------------------------------------------ */

static void keep_seen(struct daily *d, int64_t seen)
{
	d->seen = seen;
	d->steady = steady_now();
}

/* Landings count from before this program only: what lands later has the very clock that is in doubt. */
static int look(struct daily *d, struct retaining *r, struct err *err)
{
	int64_t seen;
	int rc = d->looked ? 0 : retaining_seen(r, true, &seen, err);

	if (d->looked || rc)
		return rc;
	d->looked = true;
	keep_seen(d, seen == TIME_NONE ? r->now : seen);
	return 0;
}

/* A person said so: `opinia retention --yes`. */
static int said_so(struct retaining *r, bool *is, struct err *err)
{
	int64_t run;
	int rc = retaining_seen(r, false, &run, err);

	*is = !rc && run != TIME_NONE && r->now - run <= MS_DAY && run - r->now <= MS_DAY;
	return rc;
}

/* A clock that is only likely stays so until something was done by it. */
static int believe(struct daily *d, struct retaining *r, struct err *err)
{
	struct err doubt = ERR_NONE;
	bool said = false;
	int rc = look(d, r, err);

	if (!rc && retaining_near(r, d->seen, steady_now() - d->steady, &doubt)) {
		rc = said_so(r, &said, err);
		if (!rc && !said)
			rc = err_set(err, doubt.code, "%s", doubt.text);
	}
	if (!rc && !r->unsure)
		keep_seen(d, r->now);
	return rc;
}

/* ---- a round -------------------------------------------------------------------------- */

/* Today's hour is behind us, and nobody did it since. */
static int due(struct retaining *r, bool *is, struct err *err)
{
	int64_t hour = setting_number(r->p->settings, "retention", "hour");
	int64_t from =
		when_day_start(r->p->zone, when_day(r->p->zone, r->now)) + hour * MS_HOUR;
	int64_t seen;
	int rc;

	*is = false;
	if (r->now < from)
		return 0;
	rc = retaining_seen(r, false, &seen, err);
	*is = !rc && (seen == TIME_NONE || seen < from || seen > r->now + MS_DAY);
	return rc;
}

static void told(struct daily *d, const struct retaining *r)
{
	char line[SAID];

	if (!r->erased.records && !r->blanked)
		return;
	snprintf(
		line, sizeof(line),
		_("retention: %llu records are anonymous now, of %llu customers nothing "
		  "is left, %llu rows that were set aside are overwritten; `opinia erase "
		  "--compact` takes them out of free pages too"),
		(unsigned long long)r->erased.records,
		(unsigned long long)r->erased.persons, (unsigned long long)r->blanked);
	d->say(d->self, false, line);
}

/* With the lock: another program may have been first. */
static int apply(struct daily *d, struct retaining *r, struct err *err)
{
	bool still;
	int rc = due(r, &still, err);

	if (rc || !still)
		return rc;
	rc = retaining_find(r, err);
	if (!rc)
		rc = retaining_modest(r, err);
	if (!rc)
		rc = retaining_apply(r, err);
	if (!rc)
		keep_seen(d, r->now);
	return rc;
}

static int round_of(struct daily *d, struct retaining *r, struct err *err)
{
	struct err none = ERR_NONE;
	bool is;
	int rc = due(r, &is, err);

	if (rc || !is)
		return rc;
	rc = retaining_read(r, &none);
	if (rc)
		return rc == ERR_NOTHING ? 0 : err_set(err, none.code, "%s", none.text);
	rc = believe(d, r, err);
	if (rc)
		return rc;
	if (retaining_lock(r, &none)) /* somebody else is at it; look again later */
		return none.code == ERR_AGAIN ? 0
					      : err_set(err, none.code, "%s", none.text);
	rc = apply(d, r, err);
	retaining_unlock(r);
	return rc;
}

void daily_round(struct daily *d, const struct cancel *stop)
{
	struct arena arena;
	struct retaining r = { .p = d->p,
			       .arena = &arena,
			       .stop = stop,
			       .now = wall_now(d->p),
			       .lock = -1 };
	struct err err = ERR_NONE;
	char line[SAID];

	if (d->again > steady_now())
		return;
	arena_init(&arena, 0);
	if (round_of(d, &r, &err) && !cancel_asked(stop)) {
		snprintf(line, sizeof(line), _("retention: %s; tried again in an hour"),
			 err.text);
		d->say(d->self, true, line);
		d->again = steady_now() + MS_HOUR;
	} else {
		d->again = 0;
	}
	told(d, &r);
	arena_release(&arena);
}

/* When the store saw the clock is asked now: later, what this program lands would say so. */
void daily_begin(struct daily *d, struct program *p,
		 void (*say)(void *self, bool failed, const char *what), void *self)
{
	struct arena arena;
	struct retaining r = { .p = p, .arena = &arena, .now = wall_now(p), .lock = -1 };
	struct err none = ERR_NONE;

	*d = (struct daily){ .p = p, .say = say, .self = self };
	arena_init(&arena, 0);
	look(d, &r, &none);
	none = ERR_NONE;
	if (retaining_read(&r, &none) == ERR_CONFIG)
		say(self, true, none.text);
	arena_release(&arena);
}
