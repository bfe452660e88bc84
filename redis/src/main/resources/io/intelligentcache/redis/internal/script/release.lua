-- Gives a lease back, if it is still there. KEYS[1] the name, ARGV[1] the holder, ARGV[2] the channel to publish the change
-- on, if any. What the lease replaced is remembered for as long as it would have been without the lease.
local stored = redis.pcall('GETRANGE', KEYS[1], 0, LONGEST_HEAD)
local _, _, kind = header(stored)
if kind == LEASE and string.sub(stored, 41, 56) == ARGV[1] then
  if string.byte(stored, 3) == 0 then
    redis.call('UNLINK', KEYS[1])
  else
    redis.call('SET', KEYS[1], string.sub(stored, 1, 32) .. string.rep('\0', 24), 'KEEPTTL')
  end
  publish(ARGV[2], KEYS[1])
end
return 0
