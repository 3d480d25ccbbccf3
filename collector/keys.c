/* SPDX-License-Identifier: Apache-2.0 */
/* keys.c: see keys.h. */
#include "collector/keys.h"

#include <string.h>

static bool is_key(char c)
{
	return (c >= '0' && c <= '9') || c == '*' || c == '#' || (c >= 'A' && c <= 'D') ||
	       (c >= 'a' && c <= 'd');
}

bool keys_possible(struct sv said)
{
	for (size_t i = 0; i < said.n; i++)
		if (!is_key(said.p[i]))
			return false;
	return said.n <= KEYS_MAX;
}

struct sv keys_pressed(struct sv said)
{
	said = sv_trim(said);
	while (said.n > 1 && said.p[said.n - 1] == '#')
		said.n--;
	return said;
}

bool keys_find(struct sv name, unsigned *which)
{
	for (int f = FIELD_CSAT; f <= FIELD_FCR; f++)
		if (sv_ieq(name, sv_of(field_info((enum field)f)->name))) {
			*which = (unsigned)(f - FIELD_CSAT);
			return true;
		}
	return false;
}

/* ---- the lists --------------------------------------------------------------------------- */

static bool is_counting(struct sv pressed)
{
	for (size_t i = 0; i < pressed.n; i++)
		if (pressed.p[i] >= '1' && pressed.p[i] <= '9')
			return true;
	return false;
}

/* "1=5" */
static int list_one(struct key_map *m, const struct score *scale, struct sv said,
		    struct err *err)
{
	struct sv point = said, pressed = sv_cut(&point, '=');
	int64_t n;

	if (!pressed.n || pressed.n > KEYS_MAX || !keys_possible(pressed) ||
	    !sv_i64(point, &n))
		return err_set(err, ERR_CONFIG,
			       "`" SV_FMT
			       "`: keys and their points are written 1=5 2=4 *=10",
			       SV_ARG(said));
	if (n < scale->min || n > scale->max)
		return err_set(err, ERR_CONFIG,
			       "`" SV_FMT "`: %lld is not on the scale %d to %d",
			       SV_ARG(said), (long long)n, scale->min, scale->max);
	if (m->count == KEYS_LISTED)
		return err_set(err, ERR_CONFIG, "more than %d of them", KEYS_LISTED);
	memcpy(m->at[m->count].pressed, pressed.p, pressed.n);
	m->at[m->count].n = (uint8_t)pressed.n;
	m->at[m->count++].point = (int16_t)n;
	m->complete |= is_counting(pressed);
	return 0;
}

static int list_all(struct keys *k, unsigned which, struct sv said, struct err *err)
{
	struct key_map *m = &k->map[which];
	int rc = 0;

	*m = (struct key_map){ .count = 0 };
	while (!rc && said.n) {
		struct sv one = sv_trim(sv_cut(&said, ' '));

		if (one.n)
			rc = list_one(m, &k->scale[which], one, err);
	}
	return rc;
}

static int configured(struct keys *k, const struct source_settings *s, struct err *err)
{
	struct sv name, said;

	for (size_t i = 0; source_prefixed(s, "values.", i, &name, &said); i++) {
		unsigned which;

		if (keys_find(name, &which)) {
			if (!list_all(k, which, said, err))
				continue;
		} else {
			err_set(err, ERR_CONFIG,
				"the scores are csat, nps, ces, ces1, ces2, fcr");
		}
		err_at(err, "values." SV_FMT, SV_ARG(name));
		return source_at(s, NULL, err);
	}
	return 0;
}

int keys_init(struct keys *k, const struct source_settings *s,
	      const struct import_options *o, struct err *err)
{
	struct shape shape;
	int rc = shape_begin(&shape, o, err);
	unsigned fcr = FIELD_FCR - FIELD_CSAT;

	*k = (struct keys){ .scale = { { .min = 0 } } };
	if (rc)
		return s ? source_at(s, NULL, err) : rc;
	for (unsigned i = 0; i < SHAPE_SCORES; i++)
		k->scale[i] = shape.scale[i];
	rc = list_all(k, fcr, SV("1=1 2=0 0=0"), err);
	if (!rc && s)
		rc = configured(k, s, err);
	return rc;
}

/* ---- a caller ---------------------------------------------------------------------------- */

static bool listed(const struct key_map *m, struct sv pressed, int64_t *point)
{
	for (size_t i = 0; i < m->count; i++)
		if (sv_ieq((struct sv){ m->at[i].pressed, m->at[i].n }, pressed)) {
			*point = m->at[i].point;
			return true;
		}
	return false;
}

static bool digits_say(struct sv pressed, int64_t *point)
{
	for (size_t i = 0; i < pressed.n; i++)
		if (pressed.p[i] < '0' || pressed.p[i] > '9')
			return false;
	if (pressed.n > 1 && pressed.p[0] == '0')
		return false;
	return sv_i64(pressed, point);
}

enum keys_said keys_read(const struct keys *k, unsigned which, struct sv said,
			 struct score *out)
{
	const struct key_map *m = &k->map[which];
	const struct score *scale = &k->scale[which];
	struct sv pressed = keys_pressed(said);
	int64_t point;

	if (!pressed.n)
		return KEYS_SILENT;
	if (!listed(m, pressed, &point) && (m->complete || !digits_say(pressed, &point)))
		return KEYS_NOTHING;
	if (point < scale->min || point > scale->max)
		return KEYS_NOTHING;
	*out = *scale;
	out->value = (int16_t)point;
	return KEYS_POINT;
}
