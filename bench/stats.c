/* Medians: a launch that was disturbed is far off, and a mean would follow it. */
#include "bench.h"
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *samples, size_t count)
{
    qsort(samples, count, sizeof *samples, by_value);
    if (count % 2)
        return samples[count / 2];
    return (samples[count / 2 - 1] + samples[count / 2]) / 2;
}

struct summary summarize(double *samples, size_t count)
{
    struct summary s = {.median = median(samples, count)};

    for (size_t i = 0; i < count; i++)
        samples[i] = samples[i] > s.median ? samples[i] - s.median : s.median - samples[i];
    s.mad = median(samples, count);
    return s;
}
