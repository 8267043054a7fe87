/* The end of the device that a network's helper has made. */
#pragma once

/*
 * Leaves the device of the helper HELPER, a pidfd, to the network namespace, with which it goes away; of
 * that the kernel takes care by itself, later. Otherwise it goes with the helper, which does not end before
 * the kernel has waited for all that may still look at the device (rcu_barrier() in netdev_run_todo() of
 * Linux): tens of milliseconds.
 *
 * For when nothing is left in the namespace: whoever is there could open the device that has been left, also
 * without CAP_NET_ADMIN (tun_not_capable() of Linux). The caller must have the right to trace HELPER. Where
 * this cannot be done, nothing changes but that the helper's end takes its time.
 */
void net_device_leave(int helper);
