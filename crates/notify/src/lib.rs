//! Purpose: ways to reach one person outside Discord, one file each. None is built yet: pages go to the room and by direct
//! message, which `discord` delivers. The place is kept because a notifier may know neither Discord nor the HTTP intake.
