-- KEYS the names, ARGV[1] the 16 bytes of the sweep's version, ARGV[2] the microsecond of its call
-- on the servers' clock, or a little later, ARGV[3] where to publish changes, if anywhere. Unlinks every
-- record of a write that began before the sweep. A tombstone is no entry and stays, because it still refuses late writes. A
-- lease is taken from its holder, whose loader began before the sweep; if it replaced a tombstone, that goes on refusing.
local my_high, my_low = struct.unpack('>I4I4', ARGV[1])
local my_micros = math.max(my_high % 1048576 * 4294967296 + my_low, tonumber(ARGV[2]))
-- A write by another instance may carry a version after the sweep's and yet have begun before it: the version of a fill
-- comes after the version that its claim found, and versions of removals are dated ahead. Its origin tells.
local function survives(stored, high, low)
  if not high or impossible(high, my_high)
    or compare(high, low, stored, my_high, my_low, ARGV[1], 9) <= 0 then
    return false
  end
  if string.sub(stored, 25, 32) == string.sub(ARGV[1], 9, 16) then
    return true
  end
  -- What began at a time that is yet to come is of a clock that has been set back since.
  local begun = #stored < 52 and high % 1048576 * 4294967296 + low or earliest(stored)
  return begun > my_micros and begun <= micros()
end
local removed = 0
for _, key in ipairs(KEYS) do
  local stored = redis.pcall('GETRANGE', key, 0, LONGEST_HEAD)
  local high, low, kind = header(stored)
  if kind == LEASE and string.byte(stored, 3) == TOMBSTONE then
    local done = redis.pcall('SET', key, string.sub(stored, 1, 32) .. string.rep('\0', 24), 'KEEPTTL')
    if done.err then -- out of memory
      redis.call('UNLINK', key)
    end
  elseif kind == LEASE
    or kind ~= TOMBSTONE and not survives(stored, high, low) then
    removed = removed + redis.call('UNLINK', key)
    publish(ARGV[3], key)
  end
end
return removed
