/* Medians and quartiles: a launch that was disturbed is far off, and a mean would follow it. */
#include "bench.h"
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* What PART of the sorted samples are below, between two of them in proportion. */
static double quantile(const double *samples, size_t count, double part)
{
    double at = part * (double)(count - 1);
    size_t i = (size_t)at;

    if (i + 1 >= count)
        return samples[count - 1];
    return samples[i] + (at - (double)i) * (samples[i + 1] - samples[i]);
}

struct summary summarize(double *samples, size_t count)
{
    qsort(samples, count, sizeof *samples, by_value);
    return (struct summary){.median = quantile(samples, count, 0.5),
                            .low = quantile(samples, count, 0.25),
                            .high = quantile(samples, count, 0.75)};
}
